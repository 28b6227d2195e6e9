import { ConfigException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';

/** A text with at least one character; null is fine. As `ConfigDef.NonEmptyString`. */
export class NonEmptyString implements Validator {
  ensureValid(name: string, value: unknown): void {
    if (value === '') throw ConfigException.invalidValue(name, value, 'String must be non-empty');
  }

  toString(): string {
    return 'non-empty string';
  }
}
