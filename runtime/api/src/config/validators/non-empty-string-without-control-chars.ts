import { ConfigException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';

/** A text with at least one character and without ISO control characters; null is fine. As `ConfigDef.NonEmptyStringWithoutControlChars`. */
export class NonEmptyStringWithoutControlChars implements Validator {
  ensureValid(name: string, value: unknown): void {
    if (typeof value !== 'string') return;
    if (value === '') throw ConfigException.invalidValue(name, value, 'String may not be empty');
    const found = Array.from(value, (char) => char.charCodeAt(0)).filter(isIsoControl);
    if (found.length > 0) {
      const reason = `String may not contain control sequences but had the following ASCII chars: ${found.join(', ')}`;
      throw ConfigException.invalidValue(name, value, reason);
    }
  }

  toString(): string {
    return 'non-empty string without ISO control characters';
  }
}

function isIsoControl(code: number): boolean {
  return code <= 0x1f || (code >= 0x7f && code <= 0x9f);
}
