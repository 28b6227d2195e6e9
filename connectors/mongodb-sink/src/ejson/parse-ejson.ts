import { BSONRegExp } from 'mongodb';
import { DataException } from '@millrace/api';
import { type Doc, double, isDoc } from '../document/document.ts';
import { extendedValue } from './extended-value.ts';
import { Scanner } from './scanner.ts';
import { shellValue } from './shell-value.ts';

const INT32 = 2_147_483_647;

/**
 * A document in Extended JSON: canonical, relaxed, or with the shell's constructors, single quotes and bare names.
 * @throws DataException if the text is none
 */
export function parseDocument(text: string): Doc {
  const scanner = new Scanner(text);
  if (scanner.peek() !== '{') scanner.fail("'{'");
  const value = readValue(scanner);
  scanner.end();
  if (!isDoc(value)) throw new DataException(`The JSON is no document but a value of another type: ${text.slice(0, 80)}`);
  return value;
}

/** Any value in the same notation. @throws DataException if the text is none */
export function parseValue(text: string): unknown {
  const scanner = new Scanner(text);
  const value = readValue(scanner);
  scanner.end();
  return value;
}

function readValue(scanner: Scanner): unknown {
  switch (scanner.peek()) {
    case '{':
      return readDocument(scanner);
    case '[':
      return readArray(scanner);
    case '"':
    case "'":
      return scanner.string();
    case '/': {
      const [, pattern = '', options = ''] = scanner.regularExpression() ?? scanner.fail('a regular expression');
      return new BSONRegExp(pattern, options);
    }
    default:
      return readWordOrNumber(scanner);
  }
}

function readDocument(scanner: Scanner): unknown {
  const doc: Doc = new Map();
  scanner.demand('{');
  while (!scanner.take('}')) {
    const quoted = scanner.peek() === '"' || scanner.peek() === "'";
    const name = quoted ? scanner.string() : (scanner.word() ?? scanner.fail('a name'));
    scanner.demand(':');
    doc.set(name, readValue(scanner));
    if (!scanner.take(',') && scanner.peek() !== '}') scanner.fail("',' or '}'");
  }
  return extendedValue(doc);
}

function readArray(scanner: Scanner): unknown[] {
  const items: unknown[] = [];
  scanner.demand('[');
  while (!scanner.take(']')) {
    items.push(readValue(scanner));
    if (!scanner.take(',') && scanner.peek() !== ']') scanner.fail("',' or ']'");
  }
  return items;
}

function readWordOrNumber(scanner: Scanner): unknown {
  const digits = scanner.number();
  if (digits !== null) return numberOf(digits);
  const word = scanner.word() ?? scanner.fail('a value');
  const literal = literals.get(word);
  if (literal !== undefined) return literal;
  const name = word === 'new' ? (scanner.word() ?? scanner.fail('a constructor')) : word;
  const args: unknown[] = [];
  if (scanner.take('(')) {
    while (!scanner.take(')')) {
      args.push(readValue(scanner));
      if (!scanner.take(',') && scanner.peek() !== ')') scanner.fail("',' or ')'");
    }
  }
  return shellValue(name, args);
}

const literals = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', null],
]);

/** An Int32, an Int64 when it does not fit, a Double when there is a point or an exponent, or when not even an Int64 would do. */
function numberOf(digits: string): unknown {
  const value = Number(digits);
  if (!/^[-+]?\d+$/.test(digits)) return double(value);
  if (value >= -INT32 - 1 && value <= INT32) return value === 0 ? 0 : value;
  const integer = BigInt(digits.replace('+', ''));
  return BigInt.asIntN(64, integer) === integer ? integer : double(value);
}
