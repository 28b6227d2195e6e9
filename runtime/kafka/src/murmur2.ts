const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;

/** Murmur2 of the bytes as a signed 32-bit number, as `org.apache.kafka.common.utils.Utils.murmur2`. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  const blocksEnd = length & ~3;
  let hash = seed ^ length;
  for (let at = 0; at < blocksEnd; at += 4) {
    let block = byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 24);
    block = Math.imul(block, multiplier);
    block ^= block >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(block, multiplier);
  }
  const rest = length - blocksEnd;
  if (rest === 3) hash ^= byteAt(bytes, blocksEnd + 2) << 16;
  if (rest >= 2) hash ^= byteAt(bytes, blocksEnd + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ byteAt(bytes, blocksEnd), multiplier);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, multiplier);
  return hash ^ (hash >>> 15);
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
