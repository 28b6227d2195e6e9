/** Where exceptions of the API keep the Java names of their class and of its ancestors: `instanceof` goes by it. */
const brand = Symbol.for('millrace.api/exception');
/** Longest chain of causes that crosses. */
const maxCauses = 20;
/** What else an exception may say, as text or number. */
const details = ['javaClass', 'code', 'configKey', 'suggestion', 'status'] as const;

/** An error as plain data. */
export interface PortableError {
  readonly name: string;
  /** Null for an error without one of its own. */
  readonly message: string | null;
  readonly stack: string;
  readonly lineage: readonly string[] | null;
  readonly details: Readonly<Record<string, string | number>>;
  readonly cause: PortableError | null;
}

/** Anything that was thrown, as plain data. */
export function toPortableError(thrown: unknown, depth = 0): PortableError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown), stack: '', lineage: null, details: {}, cause: null };
  const error = thrown as Error & { readonly [brand]?: readonly string[]; readonly [detail: string]: unknown };
  const known = details.flatMap((key) => {
    const value = error[key];
    return typeof value === 'string' || typeof value === 'number' ? [[key, value] as const] : [];
  });
  const hasCause = error.cause !== undefined && error.cause !== null && depth < maxCauses;
  return {
    name: error.name,
    message: Object.hasOwn(error, 'message') ? error.message : null,
    stack: error.stack ?? '',
    lineage: error[brand] === undefined ? null : [...error[brand]],
    details: Object.fromEntries(known),
    cause: hasCause ? toPortableError(error.cause, depth + 1) : null,
  };
}

/** An error that says all that the original said, and is an `instanceof` the same exceptions. */
export function fromPortableError({ name, message, stack, lineage, details: known, cause }: PortableError): Error {
  const options = cause === null ? undefined : { cause: fromPortableError(cause) };
  const error = message === null ? new Error(undefined, options) : new Error(message, options);
  Object.assign(error, known);
  Object.defineProperty(error, 'name', { value: name, configurable: true });
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  if (lineage !== null) Object.defineProperty(error, brand, { value: lineage });
  return error;
}
