import { javaTrim } from '../data/java-trim.ts';

/** Characters that are tokens of their own unless a backslash precedes them. */
const isDelimiter: readonly boolean[] = Array.from({ length: 128 }, (_, code) => ':,{}[]"'.includes(String.fromCharCode(code)));
const backslash = 0x5c;

/**
 * Splits a header's text at unescaped delimiters. A backslash takes the next character with it and stays in the token.
 * Positions are offsets into the text, so that a parser can go back to one.
 */
export class Tokenizer {
  readonly text: string;
  readonly #keepsBlanks: boolean;
  #position = 0;
  /** A token that was looked at but not taken. */
  #peeked: string | null = null;

  /** @param keepsBlanks whether blank tokens inside quotes count; Kafka drops those before a delimiter */
  constructor(text: string, keepsBlanks = false) {
    this.text = text;
    this.#keepsBlanks = keepsBlanks;
  }

  hasNext(): boolean {
    return this.#peeked !== null || this.#position < this.text.length;
  }

  /** Takes the next token, which may be blank; empty at the end of the text. */
  next(): string {
    const token = this.#peeked ?? this.#read();
    this.#peeked = null;
    return token;
  }

  /** Takes so many tokens and returns their text; takes none and returns null when there are fewer. */
  nextTogether(count: number): string | null {
    const start = this.mark();
    for (let taken = 0; taken < count; taken += 1) {
      if (!this.hasNext()) {
        this.rewindTo(start);
        return null;
      }
      this.next();
    }
    return this.text.slice(start, this.#position);
  }

  /** Takes the next token if it is this one. Blank tokens before it are skipped for good, and white space around it does not count. */
  take(expected: string): boolean {
    if (!this.hasNext()) return false;
    let token = this.#peeked ?? this.#read();
    while (javaTrim(token) === '' && this.#position < this.text.length) token = this.#read();
    this.#peeked = token;
    return this.#takeIf(javaTrim(token) === expected);
  }

  /** Takes the next token if it is the quote that ends a quoted text. */
  takeClosingQuote(): boolean {
    if (!this.#keepsBlanks) return this.take('"');
    if (!this.hasNext()) return false;
    this.#peeked ??= this.#read();
    return this.#takeIf(this.#peeked === '"');
  }

  /** Where the next token begins. */
  mark(): number {
    return this.#position - (this.#peeked?.length ?? 0);
  }

  rewindTo(position: number): void {
    this.#position = position;
    this.#peeked = null;
  }

  #takeIf(matches: boolean): boolean {
    if (matches) this.#peeked = null;
    return matches;
  }

  #read(): string {
    const start = this.#position;
    let isEscaped = false;
    for (; this.#position < this.text.length; this.#position += 1) {
      const code = this.text.charCodeAt(this.#position);
      if (!isEscaped && isDelimiter[code] === true) {
        if (this.#position === start) this.#position += 1;
        break;
      }
      isEscaped = !isEscaped && code === backslash;
    }
    return this.text.slice(start, this.#position);
  }
}
