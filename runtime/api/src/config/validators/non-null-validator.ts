import { ConfigException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';

/** Anything but null. As `ConfigDef.NonNullValidator`. */
export class NonNullValidator implements Validator {
  ensureValid(name: string, value: unknown): void {
    if (value === null || value === undefined) throw ConfigException.invalidValue(name, null, 'entry must be non null');
  }

  toString(): string {
    return 'non-null string';
  }
}
