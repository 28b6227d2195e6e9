import { IllegalArgumentException } from '../errors/exceptions.ts';

/**
 * Splits elements, such as tables, into groups of nearly the same size for as many tasks, as
 * `org.apache.kafka.connect.util.ConnectorUtils.groupPartitions`: neighbours stay together, earlier groups have one more. Groups beyond the
 * number of elements are empty.
 * @throws IllegalArgumentException if the number of groups is not positive.
 */
export function groupPartitions<T>(elements: readonly T[], groupCount: number): T[][] {
  if (!(groupCount > 0)) throw new IllegalArgumentException('Number of groups must be positive.');
  const size = Math.floor(elements.length / groupCount);
  const larger = elements.length % groupCount;
  return Array.from({ length: groupCount }, (_, group) => {
    const start = group * size + Math.min(group, larger);
    return elements.slice(start, start + size + (group < larger ? 1 : 0));
  });
}
