/** A map without schema: a plain object with string keys, as `JSON.parse` makes it, or a `Map`. */
export type SchemalessMap = Record<string, unknown> | Map<unknown, unknown>;

/** The entry's value; null when there is none. Inherited properties of a plain object are no entries. */
export function entry(map: SchemalessMap, key: string): unknown {
  if (map instanceof Map) return map.get(key) ?? null;
  return Object.hasOwn(map, key) ? (map[key] ?? null) : null;
}

/** A copy of the same kind, to be changed by {@link setEntry} and {@link deleteEntry}. */
export function copyOfMap(map: SchemalessMap): SchemalessMap {
  if (map instanceof Map) return new Map(map);
  // Adding a property to a spread object costs V8 several times as much as to an assigned one, but assigning cannot copy this key.
  return Object.hasOwn(map, '__proto__') ? { ...map } : Object.assign({}, map);
}

/** An empty map of the same kind. */
export function emptyLike(map: SchemalessMap): SchemalessMap {
  return map instanceof Map ? new Map() : {};
}

/** Sets an entry, also one whose key is `__proto__`. */
export function setEntry(map: SchemalessMap, key: string, value: unknown): void {
  if (map instanceof Map) {
    map.set(key, value);
  } else if (key === '__proto__') {
    // A plain assignment would change the prototype of the object and lose the entry.
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[key] = value;
  }
}

export function deleteEntry(map: SchemalessMap, key: string): void {
  if (map instanceof Map) map.delete(key);
  else delete map[key];
}
