/** Texts without duplicates in the order in which a `java.util.HashSet` made of them would give them back. */
export function javaHashOrder(texts: readonly string[]): string[] {
  const capacity = tableSize(Math.max(Math.floor(texts.length / 0.75) + 1, 16));
  const buckets = new Map<number, Set<string>>();
  for (const text of texts) {
    const hash = javaHashCode(text);
    const index = (hash ^ (hash >>> 16)) & (capacity - 1);
    const bucket = buckets.get(index) ?? new Set<string>();
    buckets.set(index, bucket);
    bucket.add(text);
  }
  return [...buckets].sort(([left], [right]) => left - right).flatMap(([, bucket]) => [...bucket]);
}

/** `java.lang.String.hashCode`. */
function javaHashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}

function tableSize(minimum: number): number {
  let size = 1;
  while (size < minimum) size *= 2;
  return size;
}
