import { ConfigException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';
import { ValidString } from './valid-string.ts';

const brand = Symbol.for('millrace.api/ValidList');

/**
 * A list without repeated and without empty items, as `ConfigDef.ValidList` since Kafka 4.2. `ConfigDef.parse` drops repeated items
 * before this runs, `ConfigDef.validate` reports them.
 */
export class ValidList implements Validator {
  readonly #items: ValidString;
  readonly #emptyAllowed: boolean;
  readonly #nullAllowed: boolean;

  /** Use {@link ValidList.in} or {@link ValidList.anyNonDuplicateValues}. */
  constructor(values: readonly string[], emptyAllowed: boolean, nullAllowed: boolean) {
    this.#items = new ValidString(values);
    this.#emptyAllowed = emptyAllowed;
    this.#nullAllowed = nullAllowed;
  }

  /** Only the given items; the list may be empty unless the first argument is false. Null is refused. */
  static in(...values: readonly string[]): ValidList;
  static in(emptyAllowed: boolean, ...values: readonly string[]): ValidList;
  static in(...values: readonly (string | boolean)[]): ValidList {
    return new ValidList(
      values.filter((value) => typeof value === 'string'),
      values[0] !== false,
      false,
    );
  }

  /** Items of any kind. */
  static anyNonDuplicateValues(emptyAllowed: boolean, nullAllowed: boolean): ValidList {
    return new ValidList([], emptyAllowed, nullAllowed);
  }

  get [brand](): true {
    return true;
  }

  ensureValid(name: string, value: unknown): void {
    if (value === null || value === undefined) {
      if (this.#nullAllowed) return;
      throw refused(name, 'values must not be null.');
    }
    const list = value as readonly unknown[];
    if (list.length === 0 && !this.#emptyAllowed) {
      throw refused(name, `must not be empty. Valid values include: ${this.#isOpen ? 'any non-empty value' : this.#items.toString()}`);
    }
    if (new Set(list).size < list.length) throw refused(name, 'values must not be duplicated.');
    for (const item of list) {
      if (item === '') throw refused(name, 'values must not be empty.');
      if (!this.#isOpen) this.#items.ensureValid(name, item);
    }
  }

  get #isOpen(): boolean {
    return this.#items.values.length === 0;
  }

  toString(): string {
    return this.#isOpen ? '' : this.#items.toString();
  }
}

function refused(name: string, what: string): ConfigException {
  return new ConfigException(`Configuration '${name}' ${what}`, { configKey: name });
}

/** Whether this is a ValidList, also one of another copy of this package. */
export function isValidList(validator: object | null): boolean {
  return validator !== null && (validator as { [brand]?: true })[brand] === true;
}
