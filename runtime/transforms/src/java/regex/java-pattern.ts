import { type Replacement, readReplacement } from './java-replacement.ts';
import { translateRegex, type Translation } from './regex-translator.ts';

/** A regular expression in the dialect of `java.util.regex.Pattern`. */
export class JavaPattern {
  readonly pattern: string;
  readonly #translation: Translation;
  readonly #whole: RegExp;
  readonly #first: RegExp;

  /** @throws IllegalArgumentException if the pattern is invalid, or uses what JavaScript cannot do; see {@link translateRegex}. */
  constructor(pattern: string) {
    this.pattern = pattern;
    this.#translation = translateRegex(pattern);
    this.#whole = new RegExp(`^(?:${this.#translation.source})$`, 'v');
    this.#first = new RegExp(this.#translation.source, 'v');
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    return this.#whole.test(text);
  }

  /**
   * A replacement for {@link replaceFirst}. Its errors, which Kafka raises while replacing, are kept until then.
   * @throws IllegalArgumentException if it names a group whose text JavaScript does not keep as Java does.
   */
  replacement(text: string): Replacement {
    return readReplacement(text, this.#translation);
  }

  /** Replaces the first match, which may be shorter than the text even if the whole text matches. */
  replaceFirst(text: string, replacement: Replacement): string {
    const match = this.#first.exec(text);
    if (match === null) return text;
    const end = match.index + match[0].length;
    return text.slice(0, match.index) + replacement(match) + text.slice(end);
  }
}
