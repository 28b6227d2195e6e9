import {
  ConfigException,
  ConnectDate,
  ConnectException,
  ConnectTime,
  ConnectTimestamp,
  DataException,
  Schema,
  SchemaBuilder,
  TypedNumber,
} from '@millrace/api';
import { TimestampConverterValue } from '@millrace/transforms';
import { describe, expect, test } from 'vitest';
import { applied, configured, DEFAULT_FIVE, structOf } from './records.ts';

const format = 'yyyy-MM-dd HH:mm:ss.SSS';
const millis = 1_700_000_000_123;
const text = '2023-11-14 22:13:20.123';

describe('TimestampConverter', () => {
  test.each([new Date(millis), millis, text])('converts %s without a schema to every form', (value) => {
    const converted = (type: string): unknown => applied(configured(TimestampConverterValue, { 'target.type': type, format }), value).value;

    expect(converted('unix')).toBe(millis);
    expect(converted('string')).toBe(text);
    expect(converted('Timestamp')).toEqual(new Date(millis));
    expect(converted('Date')).toEqual(new Date(1_699_920_000_000));
    expect(converted('Time')).toEqual(new Date(80_000_123));
  });

  test.each([
    ['Timestamp', ConnectTimestamp.SCHEMA, millis],
    ['Date', ConnectDate.SCHEMA, 19_675],
    ['Time', ConnectTime.SCHEMA, 80_000_123],
    ['unix', Schema.INT64_SCHEMA, millis],
    ['string', Schema.STRING_SCHEMA, text],
  ])('gives %s its schema and its encoded value', (type, schema, value) => {
    const convert = configured(TimestampConverterValue, { 'target.type': type, format });

    expect(applied(convert, millis, ConnectTimestamp.SCHEMA)).toMatchObject({ valueSchema: schema, value });
  });

  test.each([
    ['seconds', 1_234_567_891, 1_234_567_891_000],
    ['microseconds', 1_234_567_891, 1_234_567],
    ['nanoseconds', 1_234_567_891, 1234],
    ['microseconds', -1500, -1],
    ['seconds', 1_700_000_000_123_456_789n, 9_223_372_036_854_775_807n],
  ])('reads %s', (precision, value, expected) => {
    const convert = configured(TimestampConverterValue, { 'target.type': 'Timestamp', 'unix.precision': precision });

    expect(applied(convert, value, Schema.INT64_SCHEMA).value).toBe(expected);
  });

  test.each([
    ['seconds', 1_700_000_000],
    ['microseconds', 1_700_000_000_123_000],
    ['nanoseconds', 1_700_000_000_123_000_000n],
  ])('writes %s', (precision, expected) => {
    const convert = configured(TimestampConverterValue, { 'target.type': 'unix', 'unix.precision': precision });

    expect(applied(convert, millis, ConnectTimestamp.SCHEMA).value).toBe(expected);
  });

  test('converts a field of a struct, default first, and adds a field that a map lacks', () => {
    const schema = SchemaBuilder.from(ConnectTimestamp.SCHEMA).optional().defaultValue(1000).build();
    const struct = structOf([
      ['ts', schema, null],
      ['o', DEFAULT_FIVE, null],
    ]);
    const config = { field: 'ts', 'target.type': 'unix' };

    expect(applied(configured(TimestampConverterValue, config), struct, struct.schema).value).toMatchObject({ values: [1000, 5] });
    const raw = configured(TimestampConverterValue, { ...config, 'replace.null.with.default': 'false' });
    expect(applied(raw, struct, struct.schema).value).toMatchObject({ values: [null, null] });
    expect(applied(configured(TimestampConverterValue, config), {}).value).toEqual({ ts: null });
  });

  test('refuses what is no timestamp', () => {
    const convert = configured(TimestampConverterValue, { 'target.type': 'unix', format });

    expect(() => applied(convert, new TypedNumber('int32', 5))).toThrow('does not support class java.lang.Integer objects as timestamps');
    expect(() => applied(convert, 5, Schema.INT32_SCHEMA)).toThrow(ConnectException);
    expect(() => applied(convert, 'nope')).toThrow(
      new DataException(`Could not parse timestamp: value (nope) does not match pattern (${format})`),
    );
    expect(() => applied(configured(TimestampConverterValue, { 'target.type': 'unix' }), '2020')).toThrow('set the key format');
    const far = configured(TimestampConverterValue, { 'target.type': 'Timestamp' });
    expect(() => applied(far, 9_223_372_036_854_775_807n)).toThrow('outside the range of a schemaless date');
  });

  test('says what is wrong with a format', () => {
    expect(() => configured(TimestampConverterValue, { 'target.type': 'string' })).toThrow(ConfigException);
    expect(() => configured(TimestampConverterValue, { 'target.type': 'unix', format: 'bogus' })).toThrow(
      "Invalid value bogus for configuration format: TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: Illegal pattern character 'b'",
    );
  });
});
