import { ConfigException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';
import { javaHashOrder } from '../java-hash-order.ts';
import { valueText } from '../value-text.ts';

/** One of the listed texts in upper or lower case; null is refused. As `ConfigDef.CaseInsensitiveValidString`. */
export class CaseInsensitiveValidString implements Validator {
  /** In upper case. */
  readonly values: readonly string[];

  /** Use {@link CaseInsensitiveValidString.in}. */
  constructor(values: readonly string[]) {
    this.values = javaHashOrder(values.map((value) => value.toUpperCase()));
  }

  static in(...values: readonly string[]): CaseInsensitiveValidString {
    return new CaseInsensitiveValidString(values);
  }

  ensureValid(name: string, value: unknown): void {
    if (typeof value === 'string' && this.values.includes(value.toUpperCase())) return;
    const reason = `String must be one of (case insensitive): ${this.values.join(', ')}`;
    throw ConfigException.invalidValue(name, valueText(value), reason);
  }

  toString(): string {
    return `(case insensitive) [${this.values.join(', ')}]`;
  }
}
