import { ConnectTimestamp, SchemaBuilder } from '@millrace/api';
import { binary, type Codec, type Granularity, type TypeSettings } from './codec.ts';
import type { Decode } from './decode.ts';
import { inCalendar, instantOfWallClock, isInfinite, isoText, readMicros, wallClockOfInstant } from './temporal.ts';

/** Milliseconds that the JDBC driver gives for the infinities. */
const INFINITY_MS = 9_223_372_036_825_200_000n;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const MINUS_INFINITY_MS = -9_223_372_036_832_400_000n;

/** The codec of a timestamp column. @param hasZone whether it is a timestamptz */
export function timestampCodec(granularity: Granularity, hasZone: boolean, { zone, calendar }: TypeSettings): Codec {
  const instant = (buffer: Buffer, start: number): number | bigint => {
    const micros = readMicros(buffer, start);
    if (typeof micros === 'bigint' && isInfinite(micros)) return micros;
    return inCalendar(hasZone ? micros : instantOfWallClock(micros, zone), calendar);
  };
  if (granularity === 'connect_logical') {
    return binary(
      () => ConnectTimestamp.builder(),
      (buffer, start) => millisOf(instant(buffer, start)),
    );
  }
  const perMicro = granularity.startsWith('nanos') ? 1000 : 1;
  const count = (buffer: Buffer, start: number): number | bigint => scaled(instant(buffer, start), perMicro);
  if (granularity.endsWith('_long')) {
    return binary(
      () => SchemaBuilder.int64(),
      (buffer, start) => clamped(count(buffer, start)),
    );
  }
  const digits = perMicro === 1 ? 6 : 9;
  const decode: Decode = granularity.endsWith('_iso_datetime_string')
    ? (buffer, start) => localText(readMicros(buffer, start), digits, (micros) => (hasZone ? wallClockOfInstant(micros, zone) : micros))
    : (buffer, start) => String(count(buffer, start));
  return binary(() => SchemaBuilder.string(), decode);
}

function millisOf(micros: number | bigint): number | bigint {
  if (typeof micros === 'number') return Math.floor(micros / 1000);
  if (isInfinite(micros)) return micros > 0 ? INFINITY_MS : MINUS_INFINITY_MS;
  const millis = micros >= 0n ? micros / 1000n : -((999n - micros) / 1000n);
  const number = Number(millis);
  return Number.isSafeInteger(number) ? number : millis;
}

function scaled(micros: number | bigint, factor: number): number | bigint {
  if (factor === 1 || isInfinite(micros)) return micros;
  const product = Number(micros) * factor;
  return Number.isSafeInteger(product) ? product : BigInt(micros) * BigInt(factor);
}

/** Nanoseconds of years after 2262, and microseconds of the last ones that PostgreSQL has, do not fit an INT64. */
function clamped(value: number | bigint): number | bigint {
  if (typeof value === 'number') return value;
  if (value > INT64_MAX) return INT64_MAX;
  return value < INT64_MIN ? INT64_MIN : value;
}

function localText(micros: number | bigint, digits: 6 | 9, wallClock: (micros: number | bigint) => number | bigint): string {
  if (isInfinite(micros)) return micros > 0 ? 'infinity' : '-infinity';
  return isoText(wallClock(micros), digits);
}
