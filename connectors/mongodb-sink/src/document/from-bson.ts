import { BSON } from 'mongodb';
import type { Doc } from './document.ts';

const DOUBLE = 0x01;
const DOCUMENT = 0x03;
const ARRAY = 0x04;
const INT64 = 0x12;

/** The document of raw BSON, in its order and with its numeric types. @throws Error if the bytes are none. */
export function fromBson(bytes: Uint8Array): Doc {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 5 || view.getInt32(0, true) !== bytes.length) {
    throw new RangeError(`the bytes are no BSON document: ${bytes.length} bytes, and the length in front of them says otherwise`);
  }
  return new Map(elements(bytes));
}

function* elements(bytes: Uint8Array): Generator<[string, unknown]> {
  const utf8 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [type, nameAt, nameLength, at, length] of BSON.onDemand.parseToElements(bytes)) {
    yield [utf8.toString('utf8', nameAt, nameAt + nameLength), element(utf8, type, at, length)];
  }
}

function element(bytes: Buffer, type: number, at: number, length: number): unknown {
  switch (type) {
    case DOCUMENT:
      return fromBson(bytes.subarray(at, at + length));
    case ARRAY:
      return Array.from(elements(bytes.subarray(at, at + length)), ([, value]) => value);
    case INT64:
      return bytes.readBigInt64LE(at);
    case DOUBLE:
      return new BSON.Double(bytes.readDoubleLE(at));
    default:
      return leaf(bytes.subarray(at, at + length), type);
  }
}

/** Any other type, read by the driver out of a document of its own. */
function leaf(value: Buffer, type: number): unknown {
  const document = Buffer.alloc(value.length + 8);
  document.writeInt32LE(document.length, 0);
  document[4] = type;
  document[5] = 0x76;
  value.copy(document, 7);
  return BSON.deserialize(document, { promoteBuffers: false, bsonRegExp: true })['v'];
}
