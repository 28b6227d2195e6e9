const prefix = '\u0000millrace-number:';
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A number whose text says more than a JavaScript number can: 2^53 and beyond, or `25.0`, which is no integer to a connector. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** For `JSON.stringify`; `exactJson` turns it into the digits. */
  toJSON(): string {
    return prefix + this.text;
  }

  toString(): string {
    return this.text;
  }
}

/** Parses JSON without loss of digits. @throws SyntaxError if it is none. */
export function parseExact(text: string): unknown {
  const marked = text.replace(tokens, (token) =>
    !number.test(token) || String(Number(token)) === token ? token : JSON.stringify(prefix + token),
  );
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(prefix) ? new ExactNumber(value.slice(prefix.length)) : value,
  );
}

/** JSON text of a value, with exact numbers as they were. */
export function exactJson(value: unknown, indent = 0): string {
  return withDigits(JSON.stringify(value, null, indent));
}

/** Puts digits in place of what `toJSON` wrote, in JSON as well as in YAML. */
export function withDigits(text: string): string {
  return text.replace(/"\\(?:u0000|0)millrace-number:([^"]*)"/g, '$1');
}
