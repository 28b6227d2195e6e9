import type { ProducerRecord } from '../port.ts';

/** Fixed parts of a record batch, and the most that a record needs besides its contents, in Kafka's record format 2. */
const batchOverheadBytes = 61;
const recordOverheadBytes = 21;

/** Bytes of the record alone in a request, by the upper bound that Kafka's producer compares with `max.request.size`. */
export function wireSize({ key, value, headers }: ProducerRecord): number {
  let bytes = batchOverheadBytes + recordOverheadBytes + sizedBytes(key?.length ?? -1) + sizedBytes(value?.length ?? -1);
  bytes += variableBytes(headers.length);
  for (const header of headers) bytes += sizedBytes(Buffer.byteLength(header.key)) + sizedBytes(header.value?.length ?? -1);
  return bytes;
}

function sizedBytes(length: number): number {
  return variableBytes(length) + Math.max(0, length);
}

/** Bytes of a number in the zigzag encoding of variable length. */
function variableBytes(number: number): number {
  let rest = number >= 0 ? number * 2 : -number * 2 - 1;
  let bytes = 1;
  while (rest >= 128) {
    rest = Math.floor(rest / 128);
    bytes += 1;
  }
  return bytes;
}
