/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The message, or null for an error that was made without one, as Java's `getMessage`. */
export function messageOrNull(error: unknown): string | null {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' && !Object.hasOwn(error, 'message') ? null : error.message;
}

/** The class of an error as a JVM worker would name it; what only JavaScript knows keeps its own name. */
export function errorClassOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return (error as { readonly javaClass?: string }).javaClass ?? error.name;
}
