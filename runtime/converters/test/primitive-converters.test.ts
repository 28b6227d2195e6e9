import {
  BigDecimal,
  ConfigException,
  ConnectDate,
  type Converter,
  DataException,
  Schema,
  SchemaBuilder,
  SerializationException,
  Struct,
  TypedNumber,
} from '@millrace/api';
import { describe, expect, test } from 'vitest';
import {
  BooleanConverter,
  ByteArrayConverter,
  converterPlugins,
  DoubleConverter,
  FloatConverter,
  IntegerConverter,
  LongConverter,
  ShortConverter,
  StringConverter,
} from '../src/index.ts';

function valueConverter<T extends Converter>(converter: T, config: Record<string, unknown> = {}): T {
  converter.configure(config, false);
  return converter;
}

function writeText(schema: Schema | null, value: unknown): string | undefined {
  return valueConverter(new StringConverter()).fromConnectData('t', schema, value)?.toString();
}

describe('StringConverter', () => {
  test('writes numbers, lists and maps as Java prints them', () => {
    expect(writeText(Schema.INT32_SCHEMA, 1)).toBe('1');
    expect(writeText(Schema.FLOAT64_SCHEMA, 1)).toBe('1.0');
    expect(writeText(null, 1e7 + 0.5)).toBe('1.00000005E7');
    expect(writeText(null, ['a', 1, 'b c'])).toBe('[a, 1, b c]');
    expect(writeText(null, { a: 1, b: null })).toBe('{a=1, b=null}');
    expect(writeText(null, new BigDecimal(1n, -3))).toBe('1E+3');
    expect(writeText(null, new Date(0))).toBe('Thu Jan 01 00:00:00 UTC 1970');
  });

  test('leaves null fields out of a struct', () => {
    const schema = SchemaBuilder.struct().field('a', Schema.INT32_SCHEMA).field('n', Schema.OPTIONAL_STRING_SCHEMA).build();
    expect(writeText(schema, new Struct(schema, [1, null]))).toBe('Struct{a=1}');
  });

  test('writes null as no bytes and reads no bytes as null', () => {
    const converter = valueConverter(new StringConverter());
    expect(converter.fromConnectData('t', null, null)).toBeNull();
    expect(converter.toConnectData('t', null)).toEqual({ schema: Schema.OPTIONAL_STRING_SCHEMA, value: null });
    expect(converter.toConnectData('t', Buffer.alloc(0)).value).toBe('');
  });

  test('writes a lone surrogate as a question mark, and reads one as a single replacement character', () => {
    expect(writeText(null, 'a\ud800b😀')).toBe('a?b😀');
    expect(valueConverter(new StringConverter()).toConnectData('t', Buffer.from([0xed, 0xa0, 0x80, 0x61])).value).toBe('\ufffda');
  });

  test.each([
    ['UTF8', 'aé€', '61c3a9e282ac'],
    ['iso-8859-1', 'aé€', '61e93f'],
    ['US-ASCII', 'aé€', '613f3f'],
    ['UTF-16', 'aé€', 'feff006100e920ac'],
    ['UTF-16LE', 'aé€', '6100e900ac20'],
    ['windows-1252', 'aé€', '61e980'],
    ['ISO-8859-15', 'aé€', '61e9a4'],
    ['KOI8-R', 'да', 'c4c1'],
  ])('writes in the character set %s', (encoding, text, hex) => {
    const converter = valueConverter(new StringConverter(), { 'converter.encoding': encoding });
    expect(converter.fromConnectData('t', null, text)?.toString('hex')).toBe(hex);
  });

  test('refuses a character set that it does not know', () => {
    expect(() => valueConverter(new StringConverter(), { 'converter.encoding': 'NOPE' })).toThrow(SerializationException);
  });
});

describe('ByteArrayConverter', () => {
  test('passes bytes through in both directions', () => {
    const converter = valueConverter(new ByteArrayConverter());
    const bytes = Buffer.from('abc');
    expect(converter.fromConnectData('t', Schema.BYTES_SCHEMA, bytes)).toBe(bytes);
    expect(converter.fromConnectData('t', null, new Uint8Array([1, 2]))).toEqual(Buffer.from([1, 2]));
    expect(converter.toConnectData('t', bytes)).toEqual({ schema: Schema.OPTIONAL_BYTES_SCHEMA, value: bytes });
    expect(converter.fromConnectData('t', Schema.OPTIONAL_BYTES_SCHEMA, null)).toBeNull();
  });

  test('refuses another schema and another class', () => {
    const converter = valueConverter(new ByteArrayConverter());
    expect(() => converter.fromConnectData('t', Schema.STRING_SCHEMA, null)).toThrow('Invalid schema type for ByteArrayConverter: STRING');
    expect(() => converter.fromConnectData('t', null, 'x')).toThrow('not compatible with objects of type class java.lang.String');
  });
});

describe('BooleanConverter', () => {
  test('reads and writes one byte', () => {
    const converter = valueConverter(new BooleanConverter());
    expect(converter.fromConnectData('t', Schema.BOOLEAN_SCHEMA, true)).toEqual(Buffer.from([1]));
    expect(converter.toConnectData('t', Buffer.from([0]))).toEqual({ schema: Schema.OPTIONAL_BOOLEAN_SCHEMA, value: false });
    expect(converter.toConnectData('t', null).value).toBeNull();
  });

  test.each([[[]], [[2]], [[0, 1]]])('refuses the bytes %j', (bytes) => {
    expect(() => valueConverter(new BooleanConverter()).toConnectData('t', Buffer.from(bytes))).toThrow(DataException);
  });

  test('refuses a value that is no boolean', () => {
    expect(() => valueConverter(new BooleanConverter()).fromConnectData('t', null, 1)).toThrow(DataException);
  });
});

describe('number converters', () => {
  test.each([
    [new ShortConverter(), new TypedNumber('int16', 258), '0102', 258],
    [new IntegerConverter(), new TypedNumber('int32', -2), 'fffffffe', -2],
    [new LongConverter(), 5, '0000000000000005', 5],
    [new LongConverter(), -1, 'ffffffffffffffff', -1],
    [new LongConverter(), 9_007_199_254_740_993n, '0020000000000001', 9_007_199_254_740_993n],
    [new FloatConverter(), new TypedNumber('float32', 1.5), '3fc00000', 1.5],
    [new DoubleConverter(), 1.5, '3ff8000000000000', 1.5],
    [new DoubleConverter(), new TypedNumber('float64', 25), '4039000000000000', 25],
  ])('%o writes its type big-endian and reads it back', (converter, value, hex, read) => {
    const bytes = valueConverter(converter).fromConnectData('t', null, value);
    expect(bytes?.toString('hex')).toBe(hex);
    expect(converter.toConnectData('t', bytes).value).toBe(read);
  });

  test('refuse a number of another class, as Java does', () => {
    const integers = valueConverter(new IntegerConverter());
    expect(() => integers.fromConnectData('t', null, 5)).toThrow('Failed to serialize to integer (was class java.lang.Long)');
    expect(() => integers.fromConnectData('t', ConnectDate.SCHEMA, 5)).toThrow('class java.util.Date');
    expect(integers.fromConnectData('t', Schema.INT32_SCHEMA, 5)).toEqual(Buffer.from([0, 0, 0, 5]));
    expect(() => valueConverter(new DoubleConverter()).fromConnectData('t', Schema.INT32_SCHEMA, 5)).toThrow(DataException);
  });

  test('refuse a wrong number of bytes', () => {
    expect(() => valueConverter(new LongConverter()).toConnectData('t', Buffer.alloc(4))).toThrow('Failed to deserialize long');
  });
});

describe('the table of plug-ins', () => {
  test.each(Object.entries(converterPlugins))('holds %s, which reports the level of Kafka', (_name, Plugin) => {
    expect((new Plugin() as unknown as { version(): string }).version()).toBe('4.3.1');
  });

  test.each([new StringConverter(), new LongConverter(), new BooleanConverter(), new ByteArrayConverter()])(
    'holds header converters, which must be told their type: %o',
    (converter) => {
      expect(() => converter.configure({})).toThrow(ConfigException);
      expect(() => converter.configure({ 'converter.type': 'header' })).not.toThrow();
    },
  );
});
