/** What JavaScript truly cannot hold: rules, never single cases. */

import zlib from 'node:zlib';
import type { VectorCase } from './component.ts';

export interface Excuse {
  readonly reason: string;
  /** It is this version of Node that cannot, and a later one can: does not count against the allowed share. */
  readonly isOfThisNode?: boolean;
  applies(testCase: VectorCase): boolean;
}

/** Share of a file's cases that may be excused; {@link alwaysAllowed} cases are, however small the file. */
export const maxExcusedShare = 0.005;
export const alwaysAllowed = 2;

const excuses: readonly Excuse[] = [
  {
    reason: 'a java.lang.StringBuilder, which Java takes for a string, has no counterpart here',
    applies: ({ component, input }) =>
      component.startsWith('JsonConverter') && JSON.stringify(input).includes('{"object":"java.lang.StringBuilder"}'),
  },
  {
    reason: 'Java prints the identity of bytes instead of their content',
    applies: ({ output }) => /\[B@|java\.nio\.HeapByteBuffer\[/.test(textOf(output)),
  },
  {
    reason: 'masks a java.math.BigInteger, which has no counterpart here',
    applies: ({ component, input }) => component.startsWith('MaskField$') && JSON.stringify(input).includes('{"bigint":'),
  },
  {
    reason: 'a schemaless java.util.Date beyond the range of a JavaScript Date',
    applies: ({ component, output }) => /^(TimestampConverter\$|SimpleHeaderConverter)/.test(component) && hasDateOutOfRange(output),
  },
  {
    reason: 'lists the algorithms of a JVM',
    applies: ({ error }) => error?.message?.includes('the algorithm is not supported by this JVM') ?? false,
  },
  {
    reason: 'Java goes back before its position when an answer begins with an aborted batch before it, which no broker sends',
    applies: ({ component, config, output }) => component === 'CompletedFetch.fetchRecords' && hasRecordBefore(config, output),
  },
  {
    reason: 'needs Node 22.15, which can write zstd',
    isOfThisNode: true,
    applies: ({ component, config }) =>
      component === 'MemoryRecords.encode' && (config as { compression: string }).compression === 'zstd' && !('zstdCompressSync' in zlib),
  },
];

function hasRecordBefore(config: unknown, output: unknown): boolean {
  const { fetchOffset } = config as { fetchOffset: string };
  const { records } = output as { records: [string, ...unknown[]][] };
  return records.some(([offset]) => Number(offset) < Number(fetchOffset));
}

/** An output with the content of its bytes. */
function textOf(output: unknown): string {
  const json = JSON.stringify(output) ?? '';
  return json.replace(/"b64":"([^"]*)"/g, (_, base64: string) => Buffer.from(base64, 'base64').toString());
}

/** Largest distance from the epoch, in milliseconds, that a JavaScript Date holds. */
const maxDateMillis = 8.64e15;

function hasDateOutOfRange(output: unknown): boolean {
  const dates = (JSON.stringify(output) ?? '').matchAll(/\{"date":"(-?\d+)"\}/g);
  return [...dates].some(([, millis]) => Math.abs(Number(millis)) > maxDateMillis);
}

export function excuseFor(testCase: VectorCase): Excuse | null {
  return excuses.find((excuse) => excuse.applies(testCase)) ?? null;
}
