import { isBigDecimal } from '../data/big-decimal.ts';
import type { NumberType } from '../data/schema-type.ts';
import { isTypedNumber } from '../data/typed-number.ts';
import { ConfigException } from '../errors/exceptions.ts';
import { anyClass, type ClassResolver } from './class-resolver.ts';
import type { ConfigType } from './config-key.ts';
import { parseJavaDouble, parseJavaInteger } from './java-number.ts';
import { isPassword, Password } from './password.ts';
import { configClassOf, valueText } from './value-text.ts';

/** A value on its way to its type. */
interface Subject {
  readonly name: string;
  /** As it was given. */
  readonly value: unknown;
  /** The value without white space around it, if it is a text. */
  readonly text: string | null;
  readonly resolveClass: ClassResolver;
}

/** What is said of an integer type, and the classes of numbers that it takes. */
interface IntegerType {
  readonly bits: 16 | 32 | 64;
  readonly name: string;
  readonly expected: string;
  readonly classes: readonly NumberType[];
}

const short: IntegerType = { bits: 16, name: 'SHORT', expected: '16-bit integer (short)', classes: ['int16'] };
const int: IntegerType = { bits: 32, name: 'INT', expected: '32-bit integer', classes: ['int32'] };
const long: IntegerType = { bits: 64, name: 'LONG', expected: '64-bit integer (long)', classes: ['int32', 'int64'] };

const parsers: Readonly<Record<ConfigType, (subject: Subject) => unknown>> = {
  boolean: parseBoolean,
  string: parseString,
  short: (subject) => parseInteger(subject, short),
  int: (subject) => parseInteger(subject, int),
  long: (subject) => parseInteger(subject, long),
  double: parseDouble,
  list: parseList,
  class: parseClass,
  password: parsePassword,
};

/**
 * Turns a text, or a value that has the right class already, into a value of the type, as `ConfigDef.parseType`. Null stays null.
 * A plain `number` has every class that it fits into; a `TypedNumber` has the one that it names.
 * @throws ConfigException if that cannot be done.
 */
export function parseType(name: string, value: unknown, type: ConfigType, resolveClass: ClassResolver = anyClass): unknown {
  if (value === null || value === undefined) return null;
  return parsers[type]({ name, value, text: typeof value === 'string' ? javaTrim(value) : null, resolveClass });
}

function invalid({ name, value }: Subject, reason: string): ConfigException {
  return ConfigException.invalidValue(name, valueText(value), reason);
}

function parseBoolean(subject: Subject): boolean {
  if (typeof subject.value === 'boolean') return subject.value;
  if (subject.text !== null && /^true$/iu.test(subject.text)) return true;
  if (subject.text !== null && /^false$/iu.test(subject.text)) return false;
  throw invalid(subject, 'Expected value to be either true or false');
}

function parseString(subject: Subject): string {
  if (subject.text !== null) return subject.text;
  throw invalid(subject, `Expected value to be a string, but it was a ${configClassOf(subject.value)}`);
}

function parsePassword(subject: Subject): Password {
  return isPassword(subject.value) ? subject.value : new Password(parseString(subject));
}

function parseInteger(subject: Subject, type: IntegerType): number | bigint {
  if (subject.text !== null) {
    const parsed = parseJavaInteger(subject.text, type.bits);
    if (parsed === null) throw invalid(subject, `Not a number of type ${type.name}`);
    return parsed;
  }
  const number = integerOf(subject.value, type);
  if (number !== null) return number;
  throw invalid(subject, `Expected value to be a ${type.expected}, but it was a ${configClassOf(subject.value)}`);
}

function integerOf(value: unknown, { bits, classes }: IntegerType): number | bigint | null {
  if (isTypedNumber(value)) return classes.includes(value.type) ? value.value : null;
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return null;
  return parseJavaInteger(String(value), bits);
}

function parseDouble(subject: Subject): number {
  const { text, value } = subject;
  if (text !== null) {
    const parsed = parseJavaDouble(text);
    if (parsed === null) throw invalid(subject, 'Not a number of type DOUBLE');
    return parsed;
  }
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (isTypedNumber(value)) return Number(value.value);
  if (isBigDecimal(value)) return value.toNumber();
  throw invalid(subject, `Expected value to be a double, but it was a ${configClassOf(value)}`);
}

function parseList(subject: Subject): unknown[] {
  if (Array.isArray(subject.value)) return [...(subject.value as unknown[])];
  if (subject.text === null) throw invalid(subject, 'Expected a comma separated list.');
  return subject.text === '' ? [] : subject.text.split(/[ \t\n\v\f\r]*,[ \t\n\v\f\r]*/);
}

function parseClass(subject: Subject): string {
  if (subject.text === null) throw invalid(subject, 'Expected a Class instance or class name.');
  const resolved = subject.resolveClass(subject.text);
  if (resolved === null) throw invalid(subject, `Class ${valueText(subject.value)} could not be found.`);
  return resolved;
}

/** Without the characters up to U+0020 at either end; JavaScript's own `trim` takes others too. */
function javaTrim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}
