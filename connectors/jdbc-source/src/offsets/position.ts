import { ConnectException, type SourceMap } from '@millrace/api';

/** How far a table is read. */
export interface Position {
  /** Instant of the last row, in microseconds since 1970. */
  readonly micros: number | bigint | null;
  /** Id of the last row. */
  readonly id: number | bigint | null;
  /** What the safe mode `snapshot` knows of transactions; null without it, and before its first query. */
  readonly transactions: TransactionState | null;
}

/** Which transactions were read, apart from how far. */
export interface TransactionState {
  /** All rows at or before the position of transactions below this one were read. */
  readonly horizon: number;
  /** Transactions from there on whose rows were read. */
  readonly seen: readonly number[];
  /** How far a look back came: by transaction the microseconds and the id of its last row. */
  readonly part: Readonly<Record<string, readonly [number | bigint | null, number | bigint | null]>>;
}

const MICROS_PER_SECOND = 1_000_000;

/** Reads a stored offset of this connector or of Confluent's. @throws ConnectException when it is neither */
export function positionOf(offset: SourceMap): Position {
  const { timestamp = null, timestamp_nanos: nanos = null, incrementing = null, x_hor: horizon = null } = offset;
  return {
    micros:
      timestamp === null ? null : microsOf(integer('timestamp', timestamp), nanos === null ? null : integer('timestamp_nanos', nanos)),
    id: incrementing === null ? null : integer('incrementing', incrementing),
    transactions: horizon === null ? null : transactionsOf(Number(integer('x_hor', horizon)), offset),
  };
}

/** The offset of a position. The order of keys is Confluent's. */
export function offsetOf({ micros, id, transactions }: Position): SourceMap {
  const offset: Record<string, unknown> = {};
  if (micros !== null) offset['timestamp_nanos'] = nanosOfSecond(micros);
  if (id !== null) offset['incrementing'] = id;
  if (micros !== null) offset['timestamp'] = millisOf(micros);
  if (transactions !== null) {
    offset['x_hor'] = transactions.horizon;
    offset['x_seen'] = transactions.seen;
    offset['x_part'] = transactions.part;
  }
  return offset;
}

/** Says what is wrong with an offset that a user wants to store. @throws ConnectException */
export function checkOffset(offset: SourceMap): void {
  positionOf(offset);
}

function microsOf(millis: number | bigint, nanos: number | bigint | null): number | bigint {
  // The nanoseconds are those of the whole second, so they stand for the milliseconds too.
  if (typeof millis === 'number') {
    const micros = nanos === null ? millis * 1000 : Math.floor(millis / 1000) * MICROS_PER_SECOND + Math.floor(Number(nanos) / 1000);
    if (Number.isSafeInteger(micros)) return micros;
  }
  const rest = nanos === null ? 0n : (BigInt(nanos) / 1000n) % 1000n;
  return BigInt(millis) * 1000n + rest;
}

function nanosOfSecond(micros: number | bigint): number {
  const rest = typeof micros === 'number' ? micros % MICROS_PER_SECOND : Number(micros % BigInt(MICROS_PER_SECOND));
  return (rest < 0 ? rest + MICROS_PER_SECOND : rest + 0) * 1000;
}

function millisOf(micros: number | bigint): number | bigint {
  if (typeof micros === 'number') return Math.floor(micros / 1000);
  const millis = (micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n;
  const number = Number(millis);
  return Number.isSafeInteger(number) ? number : millis;
}

function transactionsOf(horizon: number, { x_seen: seen = [], x_part: part = {} }: SourceMap): TransactionState {
  if (!Array.isArray(seen) || typeof part !== 'object' || part === null) {
    throw new ConnectException("Offset objects hold an array in 'x_seen' and an object in 'x_part', or neither");
  }
  return { horizon, seen: seen.map(Number), part: part as TransactionState['part'] };
}

function integer(key: string, value: unknown): number | bigint {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return value as number | bigint;
  throw new ConnectException(`Offset objects should contain an integer under the key '${key}', got ${typeof value}`);
}
