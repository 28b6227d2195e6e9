/** The entries whose key starts with a prefix, without it. */
export function entriesWithPrefix<V>(config: Readonly<Record<string, V>>, prefix: string): Record<string, V> {
  const entries = Object.entries(config).filter(([key]) => key.startsWith(prefix) && key.length > prefix.length);
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}
