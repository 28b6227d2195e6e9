import { ConfigException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';
import { valueText } from '../value-text.ts';

/** One of the listed texts; null only if it is listed. As `ConfigDef.ValidString`. */
export class ValidString implements Validator {
  readonly values: readonly (string | null)[];

  /** Use {@link ValidString.in}. */
  constructor(values: readonly (string | null)[]) {
    this.values = values;
  }

  static in(...values: readonly (string | null)[]): ValidString {
    return new ValidString(values);
  }

  ensureValid(name: string, value: unknown): void {
    if (this.values.includes(value as string | null)) return;
    throw ConfigException.invalidValue(name, valueText(value), `String must be one of: ${this.values.map(valueText).join(', ')}`);
  }

  toString(): string {
    return valueText(this.values);
  }
}
