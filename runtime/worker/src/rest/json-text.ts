import { randomUUID } from 'node:crypto';

/** Stands before the text of a number while the parser does not know numbers; no document can hold it by chance. */
const id = randomUUID();
const marker = `\u0000${id}:`;
/** Strings and numbers of a JSON document. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const markedText = new RegExp(`"\\\\u0000${id}:(-?\\d+)"`, 'g');

/** A number of a document whose text JavaScript would change: `1.50`, or more digits than a double has. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** As a value without schema. */
  get value(): number | bigint {
    return /^-?\d+$/.test(this.text) ? BigInt(this.text) : Number(this.text);
  }
}

/** Parses JSON; numbers that a `number` does not hold as they are written become {@link JsonNumber}s. @throws SyntaxError */
export function parseJson(text: string): unknown {
  const marked = text.replace(tokens, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : JSON.stringify(marker + token),
  );
  // Faults have to be told in terms of the original.
  if (marked === text) return JSON.parse(text) as unknown;
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(marker) ? new JsonNumber(value.slice(marker.length)) : value,
  ) as unknown;
}

/** Writes JSON, integers of any size included. */
export function jsonText(value: unknown): string {
  let hasIntegers = false;
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'bigint') return item;
    hasIntegers = true;
    return `${marker}${item}`;
  });
  return hasIntegers ? text.replaceAll(markedText, '$1') : text;
}
