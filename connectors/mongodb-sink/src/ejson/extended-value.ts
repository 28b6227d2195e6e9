import { Binary, BSONRegExp, Code, DBRef, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'mongodb';
import { DataException } from '@millrace/api';
import { type Doc, isDoc } from '../document/document.ts';
import { dateOf } from './iso-date.ts';
import { textOf } from './text-of.ts';

type Read = (value: unknown, doc: Doc) => unknown;

/** How each `$type` of Extended JSON is read, by its first name. Undefined when the document is an ordinary one after all. */
const readers: Readonly<Record<string, Read>> = {
  $oid: (value) => new ObjectId(String(value)),
  $numberInt: (value) => integer(value, 32),
  $numberLong: (value) => BigInt(text(value)),
  $numberDouble: (value) => new Double(Number(value)),
  $numberDecimal: (value) => Decimal128.fromString(String(value)),
  $date: (value) => (isDoc(value) ? undefined : dateOf(value)),
  $uuid: (value) => new UUID(String(value)).toBinary(),
  $symbol: String,
  $undefined: () => null,
  $minKey: () => new MinKey(),
  $maxKey: () => new MaxKey(),
  $code: (value, doc) => {
    const scope = doc.get('$scope');
    return new Code(String(value), isDoc(scope) ? Object.fromEntries(scope) : null);
  },
  $timestamp: (value) => (isDoc(value) ? new Timestamp({ t: Number(value.get('t')), i: Number(value.get('i')) }) : undefined),
  $regularExpression: (value) =>
    isDoc(value) ? new BSONRegExp(String(value.get('pattern')), textOf(value.get('options') ?? '')) : undefined,
  $regex: (value, doc) =>
    typeof value === 'string' && doc.has('$options') ? new BSONRegExp(value, String(doc.get('$options'))) : undefined,
  $options: (value, doc) => (doc.has('$regex') ? new BSONRegExp(String(doc.get('$regex')), String(value)) : undefined),
  $binary: (value, doc) => (isDoc(value) ? binary(value.get('base64'), value.get('subType')) : binary(value, doc.get('$type'))),
  $type: (value, doc) => (doc.has('$binary') ? binary(doc.get('$binary'), value) : undefined),
  $dbPointer: (value) => (isDoc(value) ? new DBRef(String(value.get('$ref')), value.get('$id') as ObjectId) : undefined),
};

/** The value that a document of Extended JSON stands for: the document itself, unless its first name is one of a type. */
export function extendedValue(doc: Doc): unknown {
  const [first] = doc;
  if (first === undefined || first[0].charCodeAt(0) !== 36) return doc;
  const read = readers[first[0]];
  if (read === undefined) return doc;
  try {
    const value = read(first[1], doc);
    return value === undefined ? doc : value;
  } catch (error) {
    throw new DataException(`${first[0]} has a value that is not of that type: ${String(first[1])}`, { cause: error });
  }
}

function binary(base64: unknown, subType: unknown): Binary | undefined {
  if (typeof base64 !== 'string') return undefined;
  const type = typeof subType === 'number' ? subType : Number.parseInt(textOf(subType ?? '0'), 16);
  return new Binary(Buffer.from(base64, 'base64'), type);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : String(value);
}

function integer(value: unknown, bits: number): number {
  const wide = BigInt(text(value));
  if (BigInt.asIntN(bits, wide) !== wide) throw new RangeError(`${wide} does not fit ${bits} bits`);
  return Number(wide);
}
