/** Key of `replace.null.with.default` (KIP-1040), which several transformations share. */
export const REPLACE_NULL_WITH_DEFAULT = 'replace.null.with.default';

/** Its definition. */
export const replaceNullWithDefault = {
  type: 'boolean',
  default: true,
  importance: 'medium',
  doc: 'Whether a null in a field that has a default is replaced by that default; if false, the null stays.',
} as const;
