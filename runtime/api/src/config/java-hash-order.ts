/**
 * The distinct texts in the order in which a `java.util.HashSet`, filled one by one, hands them out. Messages of Kafka list values in that
 * order and clients compare messages.
 */
export function javaHashOrder(texts: Iterable<string>): string[] {
  const distinct = [...new Set(texts)];
  let buckets = 16;
  while (distinct.length > buckets * 0.75) buckets *= 2;
  const bucketOf = (text: string): number => {
    const hash = javaStringHash(text);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  // The sort is stable, as the chain of a bucket is.
  return distinct.sort((left, right) => bucketOf(left) - bucketOf(right));
}

function javaStringHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}
