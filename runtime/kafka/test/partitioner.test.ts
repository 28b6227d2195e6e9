import { describe, expect, it } from 'vitest';
import { murmur2 } from '../src/murmur2.ts';
import { partitionForKey } from '../src/partitioner.ts';

/** Outputs of the Java class. */
const hashes: readonly (readonly [string, number])[] = [
  ['', 275646681],
  ['YQ==', -1563381124],
  ['YWJj', 479470107],
  ['YWJjZA==', -1323649548],
  ['SqEQeiHxvRigyQDHkw==', -1153694937],
];

const partitions: readonly (readonly [string, number, number])[] = [
  ['', 2, 1],
  ['', 3, 0],
  ['', 1000003, 645856],
  ['YQ==', 10, 4],
  ['YWI=', 1, 0],
  ['8J+YgA==', 10, 7],
  ['MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw', 100, 37],
  ['n9wMEg==', 100, 81],
  ['/////w==', 3, 2],
];

describe('murmur2', () => {
  it.each(hashes)('hashes %j as Java does', (key, hash) => {
    expect(murmur2(Buffer.from(key, 'base64'))).toBe(hash);
  });
});

describe('partitionForKey', () => {
  it.each(partitions)('puts %j into the partition of %i that Java chooses', (key, count, partition) => {
    expect(partitionForKey(Buffer.from(key, 'base64'), count)).toBe(partition);
  });
});
