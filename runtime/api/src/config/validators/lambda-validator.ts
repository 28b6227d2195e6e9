import type { Validator } from '../config-key.ts';

/** A rule of one's own. As `ConfigDef.LambdaValidator`. */
export class LambdaValidator implements Validator {
  readonly #ensureValid: (name: string, value: unknown) => void;
  readonly #text: () => string;

  /** Use {@link LambdaValidator.with}. */
  constructor(ensureValid: (name: string, value: unknown) => void, text: () => string) {
    this.#ensureValid = ensureValid;
    this.#text = text;
  }

  /**
   * @param ensureValid throws a ConfigException to refuse a value, best made by `ConfigException.invalidValue`
   * @param text says what is allowed, for documentation
   */
  static with(ensureValid: (name: string, value: unknown) => void, text: () => string): LambdaValidator {
    return new LambdaValidator(ensureValid, text);
  }

  ensureValid(name: string, value: unknown): void {
    this.#ensureValid(name, value);
  }

  toString(): string {
    return this.#text();
  }
}
