import { ConfigException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';
import { valueText } from '../value-text.ts';

/** A list with at least one item, which may repeat; null is refused. As `NonEmptyListValidator` of Kafka's transforms. */
export class NonEmptyListValidator implements Validator {
  ensureValid(name: string, value: unknown): void {
    if (!Array.isArray(value) || value.length === 0) throw ConfigException.invalidValue(name, valueText(value), 'Empty list');
  }

  toString(): string {
    return 'non-empty list';
  }
}
