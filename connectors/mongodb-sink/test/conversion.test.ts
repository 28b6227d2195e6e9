import {
  BigDecimal,
  ConnectDate,
  ConnectDecimal,
  ConnectTimestamp,
  Schema,
  SchemaAndValue,
  SchemaBuilder,
  Struct,
  TypedNumber,
} from '@millrace/api';
import { BSON, Long } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { RecordDocuments } from '../src/convert/record-documents.ts';
import { canonical, record } from './records.ts';

const valueOf = (value: unknown): string => canonical(new RecordDocuments(record({ value })).value);

describe('A struct as a document', () => {
  const inner = SchemaBuilder.struct().field('x', Schema.INT8_SCHEMA).build();
  const schema = SchemaBuilder.struct()
    .field('2', Schema.INT32_SCHEMA)
    .field('1', Schema.INT64_SCHEMA)
    .field('f', Schema.FLOAT32_SCHEMA)
    .field('d', Schema.FLOAT64_SCHEMA)
    .field('s', Schema.OPTIONAL_STRING_SCHEMA)
    .field('b', Schema.BYTES_SCHEMA)
    .field('ok', Schema.BOOLEAN_SCHEMA)
    .field('amount', ConnectDecimal.schema(2))
    .field('day', ConnectDate.SCHEMA)
    .field('at', ConnectTimestamp.SCHEMA)
    .field('list', SchemaBuilder.array(Schema.INT64_SCHEMA).build())
    .field('map', SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build())
    .field('inner', inner)
    .build();

  it('keeps the order of fields and the type of each', () => {
    const struct = new Struct(schema)
      .put('2', 5)
      .put('1', 9_007_199_254_740_993n)
      .put('f', 1.5)
      .put('d', 25)
      .put('b', Buffer.from([1, 2]))
      .put('ok', true)
      .put('amount', BigDecimal.parse('1.50'))
      .put('day', new Date(86_400_000))
      .put('at', new Date(1234))
      .put('list', [1, 2])
      .put('map', new Map([['k', 3]]))
      .put('inner', new Struct(inner).put('x', 4));

    expect(valueOf(new SchemaAndValue(schema, struct))).toBe(
      '{"2":{"$numberInt":"5"},"1":{"$numberLong":"9007199254740993"},"f":{"$numberDouble":"1.5"},"d":{"$numberDouble":"25.0"},"s":null,"b":{"$binary":{"base64":"AQI=","subType":"00"}},"ok":true,"amount":{"$numberDecimal":"1.50"},"day":{"$date":{"$numberLong":"86400000"}},"at":{"$date":{"$numberLong":"1234"}},"list":[{"$numberLong":"1"},{"$numberLong":"2"}],"map":{"k":{"$numberInt":"3"}},"inner":{"x":{"$numberInt":"4"}}}'
        // Objects of JavaScript show integer-like names in front, in the order of their value; the bytes are checked below.
        .replace(
          '{"2":{"$numberInt":"5"},"1":{"$numberLong":"9007199254740993"},',
          '{"1":{"$numberLong":"9007199254740993"},"2":{"$numberInt":"5"},',
        ),
    );
    const document = new RecordDocuments(record({ value: new SchemaAndValue(schema, struct) })).value;
    expect([...(document?.keys() ?? [])].slice(0, 2)).toEqual(['2', '1']);
  });

  it('names the field that cannot be converted', () => {
    const wide = SchemaBuilder.struct().field('n', ConnectDecimal.schema(0)).build();
    const struct = new Struct(wide).put('n', BigDecimal.parse('1'.repeat(40)));
    expect(() => new RecordDocuments(record({ value: new SchemaAndValue(wide, struct) })).value).toThrow('error while processing field n');
  });
});

describe('A map without a schema as a document', () => {
  it('has Int64 for every integer, as the JSON converter of Java reads them', () => {
    expect(valueOf({ a: 1, b: 1.5, c: new TypedNumber('float64', 25), d: new TypedNumber('int32', 2), e: 'x', f: null, g: [1] })).toBe(
      '{"a":{"$numberLong":"1"},"b":{"$numberDouble":"1.5"},"c":{"$numberDouble":"25.0"},"d":{"$numberInt":"2"},"e":"x","f":null,"g":[{"$numberLong":"1"}]}',
    );
  });

  it('keeps names that an object would treat as special', () => {
    const document = new RecordDocuments(
      record({
        value: new Map<string, unknown>([
          ['b', 'x'],
          ['10', 'y'],
          ['2', 'z'],
        ]),
      }),
    ).value;
    expect([...(document?.keys() ?? [])]).toEqual(['b', '10', '2']);
    expect(valueOf(JSON.parse('{"__proto__":"x"}'))).toBe('{"__proto__":"x"}');
  });
});

describe('Raw BSON as a document', () => {
  it('comes through with its types', () => {
    const source = { a: 1, d: new BSON.Double(3), l: Long.fromString('5'), n: { x: [null, 'y'] }, o: new BSON.ObjectId(), t: new Date(5) };
    expect(valueOf(Buffer.from(BSON.serialize(source)))).toBe(canonical(source));
  });

  it('is refused when the bytes are none', () => {
    expect(() => valueOf(Buffer.from('hello'))).toThrow("Could not convert value 'aGVsbG8=' (class [B)");
  });
});

describe('Text as a document', () => {
  const cases: [string, string][] = [
    ['{"a": 1}', '{"a":{"$numberInt":"1"}}'],
    ['{"a": 3000000000}', '{"a":{"$numberLong":"3000000000"}}'],
    ['{"a": 1.0}', '{"a":{"$numberDouble":"1.0"}}'],
    ['{"a": -0}', '{"a":{"$numberInt":"0"}}'],
    ['{"a": 1e3}', '{"a":{"$numberDouble":"1000.0"}}'],
    ["{a: 'b'}", '{"a":"b"}'],
    ['{"a": {"$oid": "5f3f1a1a1a1a1a1a1a1a1a1a"}}', '{"a":{"$oid":"5f3f1a1a1a1a1a1a1a1a1a1a"}}'],
    ['{"a": ObjectId("5f3f1a1a1a1a1a1a1a1a1a1a")}', '{"a":{"$oid":"5f3f1a1a1a1a1a1a1a1a1a1a"}}'],
    ['{"a": {"$numberLong": "9007199254740993"}}', '{"a":{"$numberLong":"9007199254740993"}}'],
    ['{"a": NumberLong(5)}', '{"a":{"$numberLong":"5"}}'],
    ['{"a": {"$numberDecimal": "1.10"}}', '{"a":{"$numberDecimal":"1.10"}}'],
    ['{"a": {"$date": 5}}', '{"a":{"$date":{"$numberLong":"5"}}}'],
    ['{"a": {"$date": {"$numberLong": "5"}}}', '{"a":{"$date":{"$numberLong":"5"}}}'],
    ['{"a": {"$date": "1970-01-01T00:00:01Z"}}', '{"a":{"$date":{"$numberLong":"1000"}}}'],
    ['{"a": ISODate("1970-01-01T00:00:01")}', '{"a":{"$date":{"$numberLong":"1000"}}}'],
    ['{"a": {"$binary": "AQI=", "$type": "00"}}', '{"a":{"$binary":{"base64":"AQI=","subType":"00"}}}'],
    ['{"a": {"$binary": {"base64": "AQI=", "subType": "80"}}}', '{"a":{"$binary":{"base64":"AQI=","subType":"80"}}}'],
    ['{"a": /x.y/i}', '{"a":{"$regularExpression":{"pattern":"x.y","options":"i"}}}'],
    ['{"a": {"$timestamp": {"t": 1, "i": 2}}}', '{"a":{"$timestamp":{"t":1,"i":2}}}'],
    ['{"a": {"$minKey": 1}, "b": MaxKey()}', '{"a":{"$minKey":1},"b":{"$maxKey":1}}'],
    ['{"a": {"$set": 1}}', '{"a":{"$set":{"$numberInt":"1"}}}'],
    ['{"a": [1, null, true], "b": {}}', '{"a":[{"$numberInt":"1"},null,true],"b":{}}'],
    ['{"a": "\\u00e9\\n"}', '{"a":"é\\n"}'],
    ['{"a": NaN}', '{"a":{"$numberDouble":"NaN"}}'],
  ];
  it.each(cases)('%s is read', (text, expected) => {
    expect(valueOf(text)).toBe(expected);
  });

  it.each([
    'Store_1',
    '',
    '[1]',
    '{"a": }',
    '{"a": 1',
    '{"a": 1} x',
    '{"a": {"$oid": "zz"}}',
    '{"a": {"$numberInt": "3000000000"}}',
    '{"a" 1}',
  ])('%j is refused', (text) => {
    expect(() => valueOf(text)).toThrow(/^Could not convert value /);
  });

  it('is not read when nobody asks for it, so a key that is no document does no harm', () => {
    const docs = new RecordDocuments(record({ key: 'Store_1', value: '{"a":1}' }));
    expect(docs.value?.get('a')).toBe(1);
    expect(() => docs.key).toThrow("Could not convert key 'Store_1' (class java.lang.String) into a BsonDocument");
  });
});

describe('Any other value', () => {
  it('is refused with its type', () => {
    expect(() => valueOf(5)).toThrow('No converter present due to unexpected object type: class java.lang.Long');
  });
});
