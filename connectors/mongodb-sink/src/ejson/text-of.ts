/** A value that has to be a text. @throws TypeError if it is none */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`a text is needed, and not a ${typeof value}`);
}
