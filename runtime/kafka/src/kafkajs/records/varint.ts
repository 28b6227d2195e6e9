/**
 * Variable-length numbers of record batches: zigzag, seven bits a byte, least significant first. Numbers are safe integers; those that
 * fit 32 bits, which is nearly all, never touch a `bigint`.
 */

const int32Limit = 0x8000_0000;

/** Bytes of a number when written. */
export function varintSize(value: number): number {
  if (value < -int32Limit || value >= int32Limit) return varlongSize(value);
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}

function varlongSize(value: number): number {
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  let size = 1;
  while (rest >= 0x80) {
    rest = Math.floor(rest / 0x80);
    size += 1;
  }
  return size;
}

/** Writes a number. @returns the index after it */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  if (value < -int32Limit || value >= int32Limit) return writeVarlong(target, at, value);
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let index = at;
  while (rest > 0x7f) {
    target[index++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[index++] = rest;
  return index;
}

function writeVarlong(target: Uint8Array, at: number, value: number): number {
  const exact = BigInt(value);
  let rest = BigInt.asUintN(64, (exact << 1n) ^ (exact >> 63n));
  let index = at;
  while (rest > 0x7fn) {
    target[index++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  target[index++] = Number(rest);
  return index;
}
