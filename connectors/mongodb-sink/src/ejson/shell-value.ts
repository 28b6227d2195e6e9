import { Binary, BSONRegExp, Decimal128, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'mongodb';
import { DataException } from '@millrace/api';
import { dateOf } from './iso-date.ts';
import { textOf } from './text-of.ts';

type Construct = (args: readonly unknown[]) => unknown;

const constructors: Readonly<Record<string, Construct>> = {
  ObjectId: ([hex]) => (hex === undefined ? new ObjectId() : new ObjectId(textOf(hex))),
  ISODate: ([date]) => (date === undefined ? new Date() : dateOf(date)),
  Date: ([date]) => (date === undefined ? new Date() : dateOf(date)),
  NumberInt: ([value]) => Number(value) | 0,
  NumberLong: ([value]) => BigInt(String(value)),
  NumberDecimal: ([value]) => Decimal128.fromString(String(value)),
  Timestamp: ([t, i]) => new Timestamp({ t: Number(t ?? 0), i: Number(i ?? 0) }),
  BinData: ([type, base64]) => new Binary(Buffer.from(String(base64), 'base64'), Number(type)),
  HexData: ([type, hex]) => new Binary(Buffer.from(String(hex), 'hex'), Number(type)),
  UUID: ([uuid]) => new UUID(String(uuid)).toBinary(),
  RegExp: ([pattern, options]) => new BSONRegExp(String(pattern), textOf(options ?? '')),
  MinKey: () => new MinKey(),
  MaxKey: () => new MaxKey(),
};

/** What a constructor of the shell makes, such as `ObjectId("…")`. @throws DataException if there is no such constructor, or it refuses */
export function shellValue(name: string, args: readonly unknown[]): unknown {
  const construct = Object.hasOwn(constructors, name) ? constructors[name] : undefined;
  if (construct === undefined) throw new DataException(`JSON reader was expecting a value but found '${name}'.`);
  try {
    return construct(args);
  } catch (error) {
    throw new DataException(`${name}(${args.map(String).join(', ')}) cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
