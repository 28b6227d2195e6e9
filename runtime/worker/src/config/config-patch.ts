/** A configuration with a patch applied (KIP-477): null removes a key, any other value sets it. */
export function patchedConfig<V extends string | null>(
  config: Readonly<Record<string, V>>,
  patch: Readonly<Record<string, V | null>>,
): Record<string, V> {
  const entries = Object.entries<V | null>({ ...config, ...patch }).filter(([key, value]) => value !== null || !Object.hasOwn(patch, key));
  return Object.fromEntries(entries) as Record<string, V>;
}
