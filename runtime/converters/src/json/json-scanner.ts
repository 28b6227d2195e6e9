import { SerializationException } from '@millrace/api';
import { checkExponent } from './number-literal.ts';

/** Characters of JSON by their codes. */
export const Char = {
  QUOTE: 0x22,
  PLUS: 0x2b,
  COMMA: 0x2c,
  MINUS: 0x2d,
  POINT: 0x2e,
  ZERO: 0x30,
  NINE: 0x39,
  COLON: 0x3a,
  UPPER_E: 0x45,
  OPEN_BRACKET: 0x5b,
  BACKSLASH: 0x5c,
  CLOSE_BRACKET: 0x5d,
  LOWER_E: 0x65,
  LOWER_F: 0x66,
  LOWER_N: 0x6e,
  LOWER_T: 0x74,
  LOWER_U: 0x75,
  OPEN_BRACE: 0x7b,
  CLOSE_BRACE: 0x7d,
} as const;

/** Limits of Jackson's StreamReadConstraints. */
const maxDepth = 1000;
const maxNumberLength = 1000;

/** Length from which searching a string's end natively is faster than looking at each character. */
const longString = 48;
/** A backslash or a control character. */
const needsCare = /[^ -[\]-\uffff]/;
const identifierPart = /[\p{ID_Continue}$]/u;
const keySlots = 512;
/** Length from which V8 makes a slice a view of the whole text. */
const longName = 13;

const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const fourHexDigits = /^[0-9A-Fa-f]{4}$/;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads JSON token by token, exactly and as leniently as Jackson does in Kafka's JsonConverter: leading zeros are allowed, numbers keep
 * their literal, nesting ends at 1000 levels, numbers at 1000 digits. One scanner serves one text after the other.
 *
 * Every method starts at the next token and leaves the scanner behind what it has read.
 *
 * @throws SerializationException wherever the text is no JSON.
 */
export class JsonScanner {
  text = '';
  /** Index of the next character. */
  at = 0;
  /** Where the value that is read begins; a field's path starts there. */
  origin = 0;
  /** Where the number read last begins; it ends at {@link at}. */
  numberStart = 0;
  /** Whether the number read last has neither fraction nor exponent. */
  isIntegral = false;
  #depth = 0;
  readonly #keys = new Array<string>(keySlots).fill('');

  /** Starts on another text. `depth` is the number of containers that are open at its beginning. */
  reset(text: string, at = 0, depth = 0): void {
    this.text = text;
    this.at = at;
    this.origin = at;
    this.#depth = depth;
  }

  /** Skips blanks and returns the code of the next character, NaN at the end. */
  peek(): number {
    const code = this.text.charCodeAt(this.at);
    return code > 0x20 ? code : this.#skipBlanks(code);
  }

  /** Enters the object or array that begins here. Returns false, having left it again, when it is empty. */
  enter(close: number): boolean {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw this.error(`nested deeper than ${maxDepth} levels`);
    this.at += 1;
    if (this.peek() !== close) return true;
    this.leave();
    return false;
  }

  /** After a member or element: whether another one follows. At the end the object or array is left. */
  more(close: number): boolean {
    const code = this.peek();
    if (code === Char.COMMA) {
      this.at += 1;
      return true;
    }
    if (code !== close) throw this.unexpected(close === Char.CLOSE_BRACE ? '"," or "}"' : '"," or "]"');
    this.leave();
    return false;
  }

  /** Leaves the object or array that ends here. */
  leave(): void {
    this.#depth -= 1;
    this.at += 1;
  }

  /** The name of a member, with its colon. */
  key(): string {
    if (this.peek() !== Char.QUOTE) throw this.unexpected('a member name in double quotes');
    const name = this.#name();
    this.colon();
    return name;
  }

  /** Reads the name and the colon of a member if the name is this one and stands here without escapes. */
  isKey(name: string): boolean {
    const { text } = this;
    const start = this.at;
    if (text.charCodeAt(start) !== Char.QUOTE) return false;
    const { length } = name;
    for (let index = 0; index < length; index += 1) {
      if (text.charCodeAt(start + 1 + index) !== name.charCodeAt(index)) return false;
    }
    if (text.charCodeAt(start + 1 + length) !== Char.QUOTE) return false;
    this.at = start + length + 2;
    this.colon();
    return true;
  }

  colon(): void {
    if (this.peek() !== Char.COLON) throw this.unexpected('":"');
    this.at += 1;
  }

  string(): string {
    const { text } = this;
    const start = this.at + 1;
    const limit = start + longString;
    for (let index = start; index < limit; index += 1) {
      const code = text.charCodeAt(index);
      if (code === Char.QUOTE) {
        this.at = index + 1;
        return text.slice(start, index);
      }
      if (code === Char.BACKSLASH || !(code >= 0x20)) return this.#unescaped(start, index);
    }
    return this.#longString(start);
  }

  /**
   * The nearest double. {@link literal} and {@link isIntegral} tell more.
   */
  number(): number {
    const { text } = this;
    const start = this.at;
    let index = start;
    let code = text.charCodeAt(index);
    const isNegative = code === Char.MINUS;
    if (isNegative) code = text.charCodeAt((index += 1));
    const firstDigit = index;
    let value = 0;
    while (code >= Char.ZERO && code <= Char.NINE) {
      value = value * 10 + (code - Char.ZERO);
      code = text.charCodeAt((index += 1));
    }
    if (index === firstDigit) throw this.#notANumber(index);
    this.numberStart = start;
    if (code === Char.POINT || code === Char.LOWER_E || code === Char.UPPER_E) return this.#fraction(index, value, isNegative);
    this.isIntegral = true;
    this.#endNumber(index);
    if (value > Number.MAX_SAFE_INTEGER) return Number(this.literal());
    return isNegative ? 0 - value : value; // never −0, which is no integer
  }

  /** Text of the number read last. */
  literal(): string {
    return this.text.slice(this.numberStart, this.at);
  }

  /** Reads `true`, `false` or `null`. */
  word(word: string): void {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected('a value');
    this.at += word.length;
    const code = this.text.charCodeAt(this.at);
    if (code >= Char.ZERO && identifierPart.test(this.text.charAt(this.at))) throw this.unexpected(`the end of "${word}"`);
  }

  /** Reads a value of any kind and forgets it. */
  skip(): void {
    switch (this.peek()) {
      case Char.QUOTE:
        this.string();
        return;
      case Char.OPEN_BRACE:
        if (!this.enter(Char.CLOSE_BRACE)) return;
        do {
          this.key();
          this.skip();
        } while (this.more(Char.CLOSE_BRACE));
        return;
      case Char.OPEN_BRACKET:
        if (!this.enter(Char.CLOSE_BRACKET)) return;
        do this.skip();
        while (this.more(Char.CLOSE_BRACKET));
        return;
      case Char.LOWER_T:
        this.word('true');
        return;
      case Char.LOWER_F:
        this.word('false');
        return;
      case Char.LOWER_N:
        this.word('null');
        return;
      default:
        this.number();
    }
  }

  /** What stands where something else is expected. */
  unexpected(expected: string): SerializationException {
    if (this.at >= this.text.length) return this.error(`the text ends where ${expected} is expected`);
    return this.error(`unexpected ${JSON.stringify(this.text.charAt(this.at))} where ${expected} is expected`);
  }

  error(what: string): SerializationException {
    return new SerializationException(`${what}, at character ${this.at + 1} of the JSON text`);
  }

  #skipBlanks(first: number): number {
    const { text } = this;
    let index = this.at;
    let code = first;
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt((index += 1));
    this.at = index;
    return code;
  }

  /** Continues behind the integral part. `value` is its magnitude. */
  #fraction(pointAt: number, value: number, isNegative: boolean): number {
    const { text } = this;
    let index = pointAt;
    let code = text.charCodeAt(index);
    let magnitude = value;
    if (code === Char.POINT) {
      code = text.charCodeAt((index += 1));
      while (code >= Char.ZERO && code <= Char.NINE) {
        magnitude = magnitude * 10 + (code - Char.ZERO);
        code = text.charCodeAt((index += 1));
      }
      if (index === pointAt + 1) throw this.#notANumber(index);
    }
    this.isIntegral = false;
    if (code === Char.LOWER_E || code === Char.UPPER_E) return this.#exponent(index);
    this.#endNumber(index);
    const divisor = powersOfTen[index - pointAt - 1];
    // The quotient of two exact doubles is the nearest one to the true value.
    if (magnitude > Number.MAX_SAFE_INTEGER || divisor === undefined) return withoutNegativeZero(this.literal());
    if (magnitude === 0) return 0;
    return isNegative ? -magnitude / divisor : magnitude / divisor;
  }

  #exponent(letterAt: number): number {
    const { text } = this;
    let index = letterAt + 1;
    let code = text.charCodeAt(index);
    if (code === Char.PLUS || code === Char.MINUS) code = text.charCodeAt((index += 1));
    const firstDigit = index;
    while (code >= Char.ZERO && code <= Char.NINE) code = text.charCodeAt((index += 1));
    if (index === firstDigit) throw this.#notANumber(index);
    this.#endNumber(index);
    const literal = this.literal();
    checkExponent(literal);
    return withoutNegativeZero(literal);
  }

  #endNumber(end: number): void {
    this.at = end;
    if (end - this.numberStart > maxNumberLength) throw this.error(`a number longer than ${maxNumberLength} characters`);
    if (this.#depth > 0) return;
    // Only outside of all containers could anything but a comma, a bracket or a blank follow.
    const code = this.text.charCodeAt(end);
    if (code > 0x20 || (code < 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) throw this.unexpected('the end of the number');
  }

  #notANumber(index: number): SerializationException {
    this.at = index;
    return this.unexpected(index === this.numberStart ? 'a value' : 'a digit or a value');
  }

  /** A member name. Names repeat from record to record, so each is made once. */
  #name(): string {
    const { text } = this;
    const start = this.at + 1;
    let index = start;
    let hash = 0;
    for (;;) {
      const code = text.charCodeAt(index);
      if (code === Char.QUOTE) break;
      if (code === Char.BACKSLASH || !(code >= 0x20)) return this.#unescaped(start, index);
      hash = (hash * 31 + code) | 0;
      index += 1;
    }
    this.at = index + 1;
    const slot = hash & (keySlots - 1);
    const known = this.#keys[slot] as string;
    if (known.length === index - start && text.startsWith(known, start)) return known;
    // Parsed, a long name is a string of its own; sliced, it would keep the whole text alive in this table.
    const name = index - start < longName ? text.slice(start, index) : (JSON.parse(text.slice(start - 1, index + 1)) as string);
    this.#keys[slot] = name;
    return name;
  }

  #longString(start: number): string {
    const end = this.text.indexOf('"', start + longString);
    if (end < 0) throw this.#badString(this.text.length);
    const string = this.text.slice(start, end);
    if (needsCare.test(string)) return this.#longUnescaped(start);
    this.at = end + 1;
    return string;
  }

  /** A short string with escapes; `first` is the place of something that needs care. */
  #unescaped(start: number, first: number): string {
    const { text } = this;
    let string = '';
    let from = start;
    let index = first;
    for (;;) {
      const code = text.charCodeAt(index);
      if (code === Char.QUOTE) {
        this.at = index + 1;
        return string + text.slice(from, index);
      }
      if (code === Char.BACKSLASH) {
        string += text.slice(from, index) + this.#escape(index + 1);
        index += text.charCodeAt(index + 1) === Char.LOWER_U ? 6 : 2;
        from = index;
      } else if (code >= 0x20) index += 1;
      else throw this.#badString(index);
      if (index - start > longString) return this.#longUnescaped(start);
    }
  }

  /** The character that the escape behind a backslash stands for. */
  #escape(at: number): string {
    const { text } = this;
    const character = escapes[text.charAt(at)];
    if (character !== undefined) return character;
    const digits = text.slice(at + 1, at + 5);
    if (text.charCodeAt(at) !== Char.LOWER_U || !fourHexDigits.test(digits)) throw this.#badString(at);
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #longUnescaped(start: number): string {
    const { text } = this;
    let end = text.indexOf('"', start);
    while (end >= 0 && this.#isEscaped(end)) end = text.indexOf('"', end + 1);
    if (end < 0) throw this.#badString(text.length);
    try {
      const string = JSON.parse(text.slice(start - 1, end + 1)) as string;
      this.at = end + 1;
      return string;
    } catch {
      throw this.#badString(start);
    }
  }

  #badString(at: number): SerializationException {
    this.at = at;
    return this.unexpected('a character of a string, a known escape sequence or the end of the string');
  }

  /** Whether an odd number of backslashes stands before this character. */
  #isEscaped(at: number): boolean {
    let first = at;
    while (this.text.charCodeAt(first - 1) === Char.BACKSLASH) first -= 1;
    return (at - first) % 2 === 1;
  }
}

/** Java's BigDecimal has no negative zero; a negative number too small for a double is one all the same. */
function withoutNegativeZero(literal: string): number {
  const value = Number(literal);
  return Object.is(value, -0) && !/^[^eE]*[1-9]/.test(literal) ? 0 : value;
}
