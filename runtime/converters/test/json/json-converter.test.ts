import {
  BigDecimal,
  ConfigException,
  ConnectDate,
  ConnectDecimal,
  ConnectTimestamp,
  DataException,
  Schema,
  SchemaAndValue,
  SchemaBuilder,
  SerializationException,
  Struct,
  TypedNumber,
} from '@millrace/api';
import { describe, expect, test } from 'vitest';
import { JsonConverter } from '../../src/index.ts';

function converter(config: Record<string, unknown> = {}): JsonConverter {
  const made = new JsonConverter();
  made.configure(config, false);
  return made;
}

const bare = converter({ 'schemas.enable': 'false' });
const enveloped = converter();

function read(text: string, from: JsonConverter = bare): unknown {
  return from.toConnectData('t', Buffer.from(text)).value;
}

function write(schema: Schema | null, value: unknown, to: JsonConverter = bare): string | undefined {
  return to.fromConnectData('t', schema, value)?.toString();
}

/** A payload under a schema, in an envelope. */
function payload(schemaJson: string, json: string, from: JsonConverter = enveloped): unknown {
  return read(`{"schema":${schemaJson},"payload":${json}}`, from);
}

describe('reading without a schema', () => {
  test.each([
    ['1', 1],
    ['-0', 0],
    ['007', 7],
    ['1.5', 1.5],
    ['12345678901234567890', -6_101_065_172_474_983_726n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['9007199254740991', 9_007_199_254_740_991],
    ['1e400', Number.POSITIVE_INFINITY],
    ['"NaN"', 'NaN'],
    ['', null],
    [' \n', null],
    ['null', null],
    ['{"a":1,"a":2}', { a: 2 }],
    ['{"a":1} trailing', { a: 1 }],
    ['1 2', 1],
    ['true false', true],
    ['\ufeff1', 1],
  ])('makes of %j what Jackson makes of it', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each([
    ['1.0', 1],
    ['25.00', 25],
    ['1e3', 1000],
    ['-0.0', 0],
    ['1.00000000000000000001', 1],
    ['4503599627370497.5', 4_503_599_627_370_498],
    ['1e-400', 0],
  ])('keeps %s a double', (text, value) => {
    expect(read(text)).toEqual(new TypedNumber('float64', value));
    expect(read(`{"a":[${text},{"b":${text}}]}`)).toEqual({
      a: [new TypedNumber('float64', value), { b: new TypedNumber('float64', value) }],
    });
  });

  test.each([
    'NaN',
    '{a:1}',
    '[1,]',
    '{"a":1,}',
    '+1',
    '.5',
    '5.',
    '1e',
    '1L',
    '1,2',
    '[1 2]',
    '"a\nb"',
    '"\\x"',
    '"\\u12g4"',
    '"abc',
    '/*c*/1',
    'tru',
    'truex',
    ']',
    '[1',
    '1e99999999999',
    `1${'0'.repeat(1000)}`,
    '['.repeat(1001),
    `${'['.repeat(1001)}${']'.repeat(1001)}`,
  ])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(DataException);
    expect(() => read(text)).toThrow('Converting byte[] to Kafka Connect data failed due to serialization error');
  });

  test('allows a thousand levels of nesting', () => {
    expect(read(`${'['.repeat(1000)}${']'.repeat(1000)}`)).toBeInstanceOf(Array);
  });

  test('makes a member __proto__ a member like any other', () => {
    for (const text of ['{"__proto__":1,"x":2}', '{"__proto__":1.0,"x":2}']) {
      const value = read(text) as object;
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.keys(value)).toEqual(['__proto__', 'x']);
    }
  });

  test('detects UTF-16 and UTF-32 in both byte orders', () => {
    const utf16 = Buffer.from('{"a":"é"}', 'utf16le');
    const utf32 = Buffer.concat(Array.from('{"a":"é"}', (character) => Buffer.from([character.charCodeAt(0), 0, 0, 0])));
    const documents = [utf16, Buffer.from(utf16).swap16(), utf32, Buffer.from(utf32).swap32()];
    for (const document of documents) expect(bare.toConnectData('t', document).value).toEqual({ a: 'é' });
  });

  test('refuses malformed UTF-8 inside the document, and takes a character in more bytes than it needs', () => {
    expect(() => bare.toConnectData('t', Buffer.from([0x22, 0xff, 0x22]))).toThrow(DataException);
    expect(() => bare.toConnectData('t', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toThrow(DataException);
    expect(bare.toConnectData('t', Buffer.from([0x22, 0xc0, 0x80, 0x22])).value).toBe('\0');
    expect(read('"\ufffd"')).toBe('\ufffd');
  });

  test('reads no bytes as the null of all nulls', () => {
    expect(bare.toConnectData('t', null)).toBe(SchemaAndValue.NULL);
    expect(enveloped.toConnectData('t', null)).toBe(SchemaAndValue.NULL);
  });
});

describe('reading an envelope', () => {
  test.each([
    ['int8', '3.9', 3],
    ['int8', '300', 44],
    ['int8', '1e3', -24],
    ['int16', '70000', 4464],
    ['int32', '3000000000', -1_294_967_296],
    ['int32', '"12"', 0],
    ['int32', '2.99999999999999999999', 2],
    ['int64', '3.9', 3],
    ['int64', '9223372036854775808', -(2n ** 63n)],
    ['int64', '1e40', -5_047_021_154_770_878_464n],
    ['int64', '9007199254740993', 9_007_199_254_740_993n],
    ['int64', 'true', 0],
    ['float', '1e40', Number.POSITIVE_INFINITY],
    ['float', '0.1', Math.fround(0.1)],
    ['float', '1.00000017881393432617187499', 1.000000119209289550781],
    ['double', '25.00', 25],
    ['double', '-0.0', 0],
    ['double', '"NaN"', 0],
    ['boolean', '"true"', false],
    ['string', '5', null],
    ['bytes', '"AQID"', Buffer.from([1, 2, 3])],
    ['bytes', '5', null],
  ])('converts to %s from %s as Jackson does', (type, json, value) => {
    expect(payload(`{"type":"${type}"}`, json)).toEqual(value);
  });

  test('keeps the scale that a number has for a Decimal, and takes bytes with that of the schema', () => {
    const schema = '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2"}}';
    expect(payload(schema, '"AJY="')).toEqual(new BigDecimal(150n, 2));
    expect(payload(schema, '1.50')).toEqual(new BigDecimal(150n, 2));
    expect(payload(schema, '3')).toEqual(new BigDecimal(3n, 0));
    expect(() => payload(schema, '""')).toThrow('Invalid bytes for Decimal field');
    expect(() => payload(schema, 'true')).toThrow('underlying representation should be numeric or bytes but was BOOLEAN');
  });

  test('reads dates as their encoded numbers and refuses a fraction', () => {
    const date = '{"type":"int32","name":"org.apache.kafka.connect.data.Date","version":1}';
    const timestamp = '{"type":"int64","name":"org.apache.kafka.connect.data.Timestamp","version":1}';
    const time = '{"type":"int32","name":"org.apache.kafka.connect.data.Time","version":1}';
    expect(payload(date, '3')).toBe(3);
    expect(() => payload(date, '3.0')).toThrow('should be integer but was NUMBER');
    expect(() => payload(date, '3000000000')).toThrow(DataException);
    expect(payload(timestamp, '3000000000')).toBe(3_000_000_000);
    expect(() => payload(timestamp, '1e3')).toThrow('should be integral but was NUMBER');
    expect(payload(time, '86400000')).toBe(86_400_000);
    expect(() => payload(time, '-1')).toThrow('Time values');
  });

  const order =
    '{"type":"struct","fields":[{"type":"int32","field":"id"},{"type":"string","optional":true,"default":"new","field":"state"},' +
    '{"type":"array","items":{"type":"struct","fields":[{"type":"double","field":"price"}]},"optional":true,"field":"lines"}]}';

  test('fills missing members and nulls by their defaults, and skips what the schema does not know', () => {
    expect(payload(order, '{"x":[{"y":"}"}],"id":7}')).toMatchObject({ values: [7, 'new', null] });
    expect(payload(order, '{"lines":[],"state":null,"id":7}')).toMatchObject({ values: [7, 'new', []] });
    const keepingNulls = converter({ 'replace.null.with.default': 'false' });
    expect(payload(order, '{"id":7}', keepingNulls)).toMatchObject({ values: [7, null, null] });
  });

  test('names the field that cannot be read', () => {
    expect(() => payload(order, '{"id":null}')).toThrow('Invalid null value for required INT32 field (field id)');
    expect(() => payload(order, '{"id":1,"lines":[{"price":1},{}]}')).toThrow('(field lines[1].price)');
    expect(() => payload(order, '[1]')).toThrow('Structs should be encoded as JSON objects, but found ARRAY');
  });

  test('reads maps with text keys from objects and others from pairs', () => {
    const textKeys = '{"type":"map","keys":{"type":"string"},"values":{"type":"int32"}}';
    const intKeys = '{"type":"map","keys":{"type":"int32"},"values":{"type":"int32"}}';
    expect(payload(textKeys, '{"b":1,"2":2}')).toEqual(
      new Map([
        ['b', 1],
        ['2', 2],
      ]),
    );
    expect(payload(intKeys, '[[1,5]]')).toEqual(new Map([[1, 5]]));
    expect(() => payload(textKeys, '[]')).toThrow('Maps with string fields should be encoded as JSON objects, but found ARRAY');
    expect(() => payload(intKeys, '[[1,5,6]]')).toThrow('expected length 2 but found :3');
    expect(() => payload(intKeys, '[3]')).toThrow('Found invalid map entry instead of array tuple: NUMBER');
  });

  test('insists on exactly two members', () => {
    for (const text of ['{}', '1', '', '{"schema":null}', '{"schema":null,"payload":1,"x":2}']) {
      expect(() => read(text, enveloped)).toThrow('requires "schema" and "payload" fields');
    }
    expect(read('{"payload":{"a":25.0},"schema":null}', enveloped)).toEqual({ a: new TypedNumber('float64', 25) });
  });

  test('gives the same from its cache as from a first reading', () => {
    const fresh = converter();
    const schema = '{"type":"struct","fields":[{"type":"int64","field":"payload"}],"parameters":{"payload":"x"}}';
    for (const value of [1, 2, 3]) expect(payload(schema, `{"payload":${value}}`, fresh)).toMatchObject({ values: [value] });
    for (const value of ['25.0', '25.0']) expect(payload('null', value, fresh)).toEqual(new TypedNumber('float64', 25));
    for (const value of ['{"a":1}', '{"a":1}']) expect(payload('null', value, fresh)).toEqual({ a: 1 });
    expect(read(`{"schema":${schema},"payload":{"payload":4} } x`, fresh)).toMatchObject({ values: [4] });
    expect(() => read(`{"schema":${schema},"payload":{"payload":4},"more":1}`, fresh)).toThrow('may not contain additional fields');
    expect(() => read(`{"schema":${schema},"payload":{"payload":4}`, fresh)).toThrow(DataException);
  });

  test.each([
    ['{}', "Schema must contain 'type' field"],
    ['5', "Schema must contain 'type' field"],
    ['{"type":"long"}', 'Unknown schema type: long'],
    ['{"type":"array"}', 'Array schema did not specify the element type'],
    ['{"type":"map","keys":{"type":"string"}}', 'Map schema did not specify the value type'],
    ['{"type":"struct"}', '"fields" argument is not an array'],
    ['{"type":"struct","fields":[{"type":"int32"}]}', 'field name not specified properly'],
    ['{"type":"struct","fields":[{"type":"int32","field":"a"},{"type":"int32","field":"a"}]}', 'duplication a'],
    ['{"type":"string","default":5}', 'Invalid default value'],
    ['{"type":"struct","fields":[{"type":"int32","field":"a"}],"default":{"a":1}}', 'Invalid default value'],
    ['{"type":"string","parameters":{"a":1}}', 'Schema parameters must have string values'],
  ])('refuses the schema %s', (schema, message) => {
    expect(() => payload(schema, 'null')).toThrow(message);
  });

  test('ignores attributes of the wrong kind and reads a default before its type', () => {
    const text = '{"schema":{"default":1.10,"name":5,"version":1.5,"optional":"true","type":"double"},"payload":null}';
    const { schema, value } = enveloped.toConnectData('t', Buffer.from(text));
    expect(schema).toBe(SchemaBuilder.float64().defaultValue(1.1).build());
    expect(value).toBe(1.1);
  });
});

describe('schema.content', () => {
  const content = (schema: string, more: Record<string, unknown> = {}): JsonConverter => converter({ 'schema.content': schema, ...more });

  test('gives every message its schema, envelopes too', () => {
    expect(read('5', content('{"type":"int64"}'))).toBe(5);
    expect(read('{"schema":{"type":"string"},"payload":"x"}', content('{"type":"int32"}'))).toBe(0);
    expect(read('', content('{"type":"array","items":{"type":"int64"}}'))).toEqual([]);
    expect(read('{"schema":{"type":"string"},"payload":"x"}', content(' '))).toBe('x');
    expect(content('{"type":"int32"}').toConnectData('t', null)).toBe(SchemaAndValue.NULL);
  });

  test('is refused when it is no schema', () => {
    expect(() => content('{')).toThrow('Failed to parse schema in converter config due to serialization error');
    expect(() => content('5')).toThrow("Schema must contain 'type' field");
  });
});

describe('strict reading', () => {
  const strict = converter({ strict: 'true' });
  const strictBare = converter({ strict: 'true', 'schemas.enable': 'false' });

  test.each([
    ['{"type":"int8"}', '300'],
    ['{"type":"int32"}', '3.9'],
    ['{"type":"int32"}', '"12"'],
    ['{"type":"int64"}', '9223372036854775808'],
    ['{"type":"double"}', '"NaN"'],
    ['{"type":"double"}', '1e400'],
    ['{"type":"float"}', '1e40'],
    ['{"type":"boolean"}', '1'],
    ['{"type":"string"}', '5'],
    ['{"type":"array","items":{"type":"int32"}}', '{"a":1}'],
    ['{"type":"string","optional":"true"}', '"x"'],
  ])('refuses under %s the value %s', (schema, json) => {
    expect(() => payload(schema, json, strict)).toThrow(DataException);
    expect(() => payload(schema, json)).not.toThrow();
  });

  test('takes whatever keeps its value', () => {
    expect(payload('{"type":"int32"}', '25.00', strict)).toBe(25);
    expect(payload('{"type":"int64"}', '1e3', strict)).toBe(1000);
    expect(payload('{"type":"double"}', '0.1', strict)).toBe(0.1);
  });

  test('names the field', () => {
    const schema = '{"type":"struct","fields":[{"type":"array","items":{"type":"int16"},"field":"sizes"}]}';
    expect(() => payload(schema, '{"sizes":[1,"x"]}', strict)).toThrow('Invalid value for INT16: found STRING (field sizes[1])');
    expect(() => read('{"a":{"b":[1,12345678901234567890]}}', strictBare)).toThrow('(field a.b[1])');
  });

  test('refuses text behind the document', () => {
    expect(() => read('{"a":1}{"b":2}', strictBare)).toThrow(DataException);
    expect(() => read('{"schema":null,"payload":1} x', strict)).toThrow(DataException);
  });
});

describe('writing', () => {
  test.each([
    [1e7, '10000000'],
    [12_345_678.9, '1.23456789E7'],
    [0.0001, '1.0E-4'],
    [1e21, '1.0E21'],
    [-0, '-0.0'],
    [Number.NaN, '"NaN"'],
    [9_223_372_036_854_775_807n, '9223372036854775807'],
    [new TypedNumber('float64', 25), '25.0'],
    [new TypedNumber('float32', 0.1), '0.1'],
    [new TypedNumber('int8', 5), '5'],
    [Buffer.from([1, 2, 3]), '"AQID"'],
    [new Map([['a', 1]]), '{"a":1}'],
    [new Map<unknown, unknown>([[1, 'a']]), '[[1,"a"]]'],
    [
      new Map<unknown, unknown>([
        ['a', null],
        [null, 1],
      ]),
      '[["a",null],[null,1]]',
    ],
    [{}, '{}'],
    [[], '[]'],
    ['a\u2028é\u0001/"\\😀\ud800\u001f\b', '"a\u2028é\\u0001/\\"\\\\\\uD83D\\uDE00\\uD800\\u001F\\b"'],
  ])('prints %s without a schema as Jackson does', (value, text) => {
    expect(write(null, value)).toBe(text);
    expect(write(null, { 'k"': [value, 1.5] })).toBe(`{"k\\"":[${text},1.5]}`);
  });

  test('refuses a class that Connect does not know, a struct without its schema, and nesting without an end', () => {
    const schema = SchemaBuilder.struct().field('a', Schema.INT32_SCHEMA).build();
    const endless: unknown[] = [];
    endless.push(endless);
    for (const value of [new Date(0), new BigDecimal(1n, 0), new Set([1])]) {
      expect(() => write(null, { value })).toThrow('does not have corresponding schema type');
    }
    expect(() => write(null, new Struct(schema, [1]))).toThrow('Mismatching schema.');
    expect(() => write(null, endless)).toThrow(DataException);
  });

  test('writes an absent value only as no bytes when there is no schema', () => {
    expect(write(null, null, enveloped)).toBeUndefined();
    expect(write(Schema.OPTIONAL_INT32_SCHEMA, null)).toBe('null');
    expect(write(Schema.OPTIONAL_INT32_SCHEMA, null, enveloped)).toBe('{"schema":{"type":"int32","optional":true},"payload":null}');
    expect(() => write(Schema.INT32_SCHEMA, null)).toThrow('null value for field that is required and has no default value');
    expect(write(null, 1.5, enveloped)).toBe('{"schema":null,"payload":1.5}');
  });

  test('writes a schema with all its attributes in the order of Kafka', () => {
    const schema = SchemaBuilder.struct()
      .optional()
      .name('S')
      .version(2)
      .doc('dd')
      .parameter('p', 'q')
      .field('a', SchemaBuilder.int32().optional().defaultValue(4))
      .field('dec', ConnectDecimal.builder(2).optional().defaultValue(new BigDecimal(100n, 2)))
      .build();
    expect(write(schema, new Struct(schema), enveloped)).toBe(
      '{"schema":{"type":"struct","fields":[{"type":"int32","optional":true,"default":4,"field":"a"},' +
        '{"type":"bytes","optional":true,"name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2"},' +
        '"default":"ZA==","field":"dec"}],"optional":true,"name":"S","version":2,"doc":"dd","parameters":{"p":"q"}},' +
        '"payload":{"a":4,"dec":"ZA=="}}',
    );
  });

  test('writes decimals in either format and dates as numbers', () => {
    const numeric = converter({ 'schemas.enable': 'false', 'decimal.format': 'numeric' });
    expect(write(ConnectDecimal.schema(2), new BigDecimal(150n, 2))).toBe('"AJY="');
    expect(write(ConnectDecimal.schema(2), new BigDecimal(150n, 2), numeric)).toBe('1.50');
    expect(() => write(ConnectDecimal.schema(3), new BigDecimal(15n, 1))).toThrow('mismatching scale');
    expect(write(ConnectDate.SCHEMA, 3)).toBe('3');
    expect(() => write(ConnectDate.SCHEMA, new Date(5))).toThrow('should not have any time fields');
    expect(write(ConnectTimestamp.SCHEMA, 2n ** 63n - 1n)).toBe('9223372036854775807');
  });

  test.each([
    [Schema.INT32_SCHEMA, 'x', 'Invalid type for INT32: class java.lang.String'],
    [Schema.INT64_SCHEMA, new TypedNumber('int32', 5), 'Invalid type for INT64: class java.lang.Integer'],
    [Schema.INT8_SCHEMA, 300, 'Invalid type for INT8'],
    [Schema.BYTES_SCHEMA, 'x', 'Invalid type for bytes type: class java.lang.String'],
    [ConnectDecimal.schema(1), 5, 'expected BigDecimal but was'],
    [ConnectDate.SCHEMA, 'x', 'expected Date but was class java.lang.String'],
  ])('refuses under %s the value %s', (schema, value, message) => {
    expect(() => write(schema, value)).toThrow(message);
  });
});

describe('configuration', () => {
  test.each([{ 'schemas.enable': 'yes' }, { 'schemas.cache.size': 'abc' }, { 'decimal.format': 'foo' }, { strict: 'maybe' }])(
    'refuses %j',
    (config) => {
      expect(() => converter(config)).toThrow(ConfigException);
    },
  );

  test('shows clients the keys of Kafka alone', () => {
    expect([...enveloped.config().configKeys.keys()]).toEqual([
      'converter.type',
      'schemas.enable',
      'schemas.cache.size',
      'schema.content',
      'decimal.format',
      'replace.null.with.default',
    ]);
  });

  test('works for headers too', () => {
    const headers = new JsonConverter();
    expect(() => headers.configure({})).toThrow(ConfigException);
    headers.configure({ 'converter.type': 'header', 'schemas.enable': 'false' });
    expect(headers.toConnectHeader('t', 'h', headers.fromConnectHeader('t', 'h', null, { a: 1 })).value).toEqual({ a: 1 });
  });

  test('keeps the cause of what is no JSON', () => {
    try {
      read('{');
      expect.unreachable();
    } catch (error) {
      expect((error as Error).cause).toBeInstanceOf(SerializationException);
    }
  });
});
