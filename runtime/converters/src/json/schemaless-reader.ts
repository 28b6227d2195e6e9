import { TypedNumber } from '@millrace/api';
import { Char, type JsonScanner } from './json-scanner.ts';
import { fitsInteger } from './number-literal.ts';
import { unreadable } from './unreadable.ts';

/** Reads the value at which a scanner stands. */
export type JsonRead = (scanner: JsonScanner) => unknown;

/**
 * Reads a value without a schema as Jackson does: objects become plain objects, integers INT64 (wrapped to 64 bits), other numbers
 * FLOAT64. What `JSON.parse` gives, but exact.
 */
export const readSchemaless: JsonRead = schemalessReader(schemalessNumber);

/** As {@link readSchemaless}, but a number that does not fit 64 bits is an error. @throws DataException naming the field. */
export const readSchemalessStrictly: JsonRead = schemalessReader((scanner, value) => {
  const at = scanner.numberStart;
  if (!Number.isFinite(value)) throw unreadable(scanner, 'Number is too large for FLOAT64', { at });
  if (scanner.isIntegral && !fitsInteger(scanner.literal(), 64)) throw unreadable(scanner, 'Number is too large for INT64', { at });
  return schemalessNumber(scanner, value);
});

function schemalessReader(number: (scanner: JsonScanner, value: number) => unknown): JsonRead {
  const read: JsonRead = (scanner) => {
    switch (scanner.peek()) {
      case Char.QUOTE:
        return scanner.string();
      case Char.OPEN_BRACE:
        return readObject(scanner, read);
      case Char.OPEN_BRACKET:
        return readArray(scanner, read);
      case Char.LOWER_T:
        scanner.word('true');
        return true;
      case Char.LOWER_F:
        scanner.word('false');
        return false;
      case Char.LOWER_N:
        scanner.word('null');
        return null;
      default:
        return number(scanner, scanner.number());
    }
  };
  return read;
}

function schemalessNumber(scanner: JsonScanner, value: number): unknown {
  if (!scanner.isIntegral) return TypedNumber.of('float64', value);
  return Number.isSafeInteger(value) ? value : wrappedInt64(BigInt(scanner.literal()));
}

/** The low 64 bits of an integer: a `number` where that is exact. */
export function wrappedInt64(exact: bigint): number | bigint {
  const wrapped = BigInt.asIntN(64, exact);
  const value = Number(wrapped);
  return Number.isSafeInteger(value) ? value : wrapped;
}

function readObject(scanner: JsonScanner, read: JsonRead): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  if (!scanner.enter(Char.CLOSE_BRACE)) return object;
  do {
    const key = scanner.key();
    const value = read(scanner);
    // Assigning this one would change the prototype.
    if (key === '__proto__') Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
    else object[key] = value;
  } while (scanner.more(Char.CLOSE_BRACE));
  return object;
}

function readArray(scanner: JsonScanner, read: JsonRead): unknown[] {
  const array: unknown[] = [];
  if (!scanner.enter(Char.CLOSE_BRACKET)) return array;
  do array.push(read(scanner));
  while (scanner.more(Char.CLOSE_BRACKET));
  return array;
}
