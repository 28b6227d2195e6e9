import { DataException } from '@millrace/api';

const SPACE = /[\s,]*/y;
const BLANKS = /\s*/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const NUMBER = /[-+]?(?:Infinity|NaN|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/y;
const REGULAR_EXPRESSION = /\/((?:\\.|[^/\\\n])*)\/([a-z]*)/y;
const PLAIN_TEXT = /[^"'\\]*/y;

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\', '/': '/' };

/** Reads tokens of JSON as MongoDB's lenient reader takes them. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @throws DataException always. */
  fail(expected: string): never {
    const found = this.at >= this.text.length ? 'the end' : JSON.stringify(this.text.slice(this.at, this.at + 20));
    throw new DataException(`JSON reader was expecting ${expected} but found ${found} at position ${this.at}.`);
  }

  /** Skips blanks and says which character is next; empty at the end. */
  peek(): string {
    this.#match(BLANKS);
    return this.text.charAt(this.at);
  }

  /** Takes a character if it is next. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  demand(character: string): void {
    if (!this.take(character)) this.fail(`'${character}'`);
  }

  word(): string | null {
    this.peek();
    return this.#match(WORD)?.[0] ?? null;
  }

  number(): string | null {
    this.peek();
    return this.#match(NUMBER)?.[0] ?? null;
  }

  regularExpression(): RegExpExecArray | null {
    return this.#match(REGULAR_EXPRESSION);
  }

  /** A text in double or single quotes. */
  string(): string {
    const quote = this.peek();
    if (quote !== '"' && quote !== "'") this.fail('a string');
    this.at++;
    let text = '';
    for (;;) {
      text += this.#match(PLAIN_TEXT)?.[0] ?? '';
      const character = this.text.charAt(this.at++);
      if (character === '') this.fail('the end of a string');
      if (character === quote) return text;
      text += character === '\\' ? this.#escape() : character;
    }
  }

  /** @throws DataException if more than blanks follow. */
  end(): void {
    this.#match(SPACE);
    if (this.at < this.text.length) this.fail('the end');
  }

  #escape(): string {
    const character = this.text.charAt(this.at++);
    if (character !== 'u') return ESCAPES[character] ?? this.fail('an escape sequence');
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[\da-fA-F]{4}$/.test(digits)) this.fail('four hexadecimal digits');
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }
}
