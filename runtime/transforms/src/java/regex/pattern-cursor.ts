import { IllegalArgumentException } from '@millrace/api';

/** Reads a pattern by code points. */
export class PatternCursor {
  readonly #points: readonly string[];
  #position = 0;

  constructor(pattern: string) {
    this.#points = Array.from(unquoted(pattern));
  }

  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#points.length;
  }

  /** The code point at some distance, or an empty text behind the end. */
  peek(distance = 0): string {
    return this.#points[this.#position + distance] ?? '';
  }

  next(): string {
    const point = this.peek();
    this.#position += 1;
    return point;
  }

  /** Skips the text if it comes next. */
  accept(text: string): boolean {
    for (let index = 0; index < text.length; index++) {
      if (this.peek(index) !== text[index]) return false;
    }
    this.#position += text.length;
    return true;
  }

  /** Takes code points as long as they match. */
  takeWhile(test: RegExp, limit = Infinity): string {
    let text = '';
    while (!this.isAtEnd && text.length < limit && test.test(this.peek())) text += this.next();
    return text;
  }

  /** The error about what stands here. */
  error(description: string): IllegalArgumentException {
    return new IllegalArgumentException(`${description} near index ${Math.min(this.#position, this.#points.length)}`);
  }

  /** The error about valid Java syntax that has no counterpart in JavaScript. */
  unsupported(what: string): IllegalArgumentException {
    return this.error(`Millrace cannot translate ${what} to a JavaScript regular expression; write the pattern without`);
  }
}

/** Replaces `\Q…\E` by escapes, so that whoever reads the pattern need not know about quotes. */
function unquoted(pattern: string): string {
  return pattern.replaceAll(/\\Q([^]*?)(?:\\E|$)|\\[^]/g, (escape: string, quoted: string | undefined) =>
    quoted === undefined ? escape : quoted.replaceAll(/[^\p{L}\u{80}-\u{10FFFF}]/gu, hexEscape),
  );
}

function hexEscape(character: string): string {
  return `\\x{${character.codePointAt(0)?.toString(16)}}`;
}
