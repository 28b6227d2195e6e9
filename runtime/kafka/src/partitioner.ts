import { murmur2 } from './murmur2.ts';

/** The partition for records of this key, as `BuiltInPartitioner.partitionForKey`: a key lands where a Java producer would put it. */
export function partitionForKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount;
}
