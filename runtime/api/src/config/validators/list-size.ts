import { ConfigException, NullPointerException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';
import { valueText } from '../value-text.ts';

/** A list of limited length. As `ConfigDef.ListSize`, which does not check for null but fails on it. */
export class ListSize implements Validator {
  readonly maxSize: number;

  /** Use {@link ListSize.atMostOfSize}. */
  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  static atMostOfSize(maxSize: number): ListSize {
    return new ListSize(maxSize);
  }

  /** @throws NullPointerException if there is no list at all. */
  ensureValid(name: string, value: unknown): void {
    if (!Array.isArray(value)) throw new NullPointerException(`Configuration '${name}' must be a list, it is ${valueText(value)}`);
    if (value.length > this.maxSize) {
      throw ConfigException.invalidValue(name, valueText(value), `exceeds maximum list size of [${this.maxSize}].`);
    }
  }

  toString(): string {
    return `List containing maximum of ${this.maxSize} elements`;
  }
}
