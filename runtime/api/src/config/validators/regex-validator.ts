import { ConfigException } from '../../errors/exceptions.ts';
import { className } from '../../data/class-name.ts';
import type { Validator } from '../config-key.ts';
import { valueText } from '../value-text.ts';

/** A regular expression; null is refused. As `RegexValidator` of Kafka's transforms. */
export class RegexValidator implements Validator {
  readonly #compile: (pattern: string) => unknown;

  /** @param compile reads a pattern in the dialect that is meant, and throws if it is none */
  constructor(compile: (pattern: string) => unknown) {
    this.#compile = compile;
  }

  ensureValid(name: string, value: unknown): void {
    try {
      if (typeof value !== 'string') throw new TypeError(`a pattern is a text, not ${className(value)}`);
      this.#compile(value);
    } catch (error) {
      const reason = `Invalid regex: ${error instanceof Error ? error.message : String(error)}`;
      throw ConfigException.invalidValue(name, valueText(value), reason, { cause: error });
    }
  }

  toString(): string {
    return 'valid regex';
  }
}
