import { describe, expect, it } from 'vitest';
import {
  BigDecimal,
  ConnectDate,
  ConnectDecimal,
  ConnectTime,
  ConnectTimestamp,
  javaText,
  Schema,
  SchemaBuilder,
  Struct,
  TypedNumber,
} from '@millrace/api';

describe('javaText', () => {
  it.each([
    ['a text', 'a text'],
    [true, 'true'],
    [null, 'null'],
    [1, '1'],
    [1.5, '1.5'],
    [1e21, '1.0E21'],
    [-0, '-0.0'],
    [2n ** 60n, '1152921504606846976'],
    [new TypedNumber('float64', 25), '25.0'],
    [new TypedNumber('float32', 0.1), '0.1'],
    [new TypedNumber('int8', -5), '-5'],
    [['a', 1, 'b c'], '[a, 1, b c]'],
    [{ a: 1, b: null }, '{a=1, b=null}'],
    [new Map<unknown, unknown>([[1, 'x']]), '{1=x}'],
    [BigDecimal.parse('1E+3'), '1E+3'],
    [new Date(0), 'Thu Jan 01 00:00:00 UTC 1970'],
    [Buffer.from([1, 2]), 'AQI='],
  ])('prints the schemaless value %s as Java does', (value, text) => {
    expect(javaText(value, null)).toBe(text);
  });

  it('tells floats from integers by the schema', () => {
    expect(javaText(1, Schema.FLOAT64_SCHEMA)).toBe('1.0');
    expect(javaText(Math.fround(0.1), Schema.FLOAT32_SCHEMA)).toBe('0.1');
    expect(javaText(1, Schema.INT32_SCHEMA)).toBe('1');
    expect(javaText([1], SchemaBuilder.array(Schema.FLOAT32_SCHEMA).build())).toBe('[1.0]');
    expect(javaText(new Map([[1, 2]]), SchemaBuilder.map(Schema.FLOAT64_SCHEMA, Schema.FLOAT32_SCHEMA).build())).toBe('{1.0=2.0}');
  });

  it('prints the encoded numbers of date schemas as dates, also where no JavaScript Date reaches', () => {
    expect(javaText(19_675, ConnectDate.SCHEMA)).toBe('Tue Nov 14 00:00:00 UTC 2023');
    expect(javaText(45_296_789, ConnectTime.SCHEMA)).toBe('Thu Jan 01 12:34:56 UTC 1970');
    expect(javaText(1_700_000_000_123, ConnectTimestamp.SCHEMA)).toBe('Tue Nov 14 22:13:20 UTC 2023');
    expect(javaText(2n ** 63n - 1n, ConnectTimestamp.SCHEMA)).toBe('Sun Aug 17 07:12:55 UTC 292278994');
    expect(javaText(2_147_483_647, ConnectDate.SCHEMA)).toBe('Fri Jul 11 00:00:00 UTC 5881580');
  });

  it('counts days before 15 October 1582 by the Julian calendar and prints years before Christ without their era', () => {
    expect(javaText(-12_219_292_800_001, ConnectTimestamp.SCHEMA)).toBe('Thu Oct 04 23:59:59 UTC 1582');
    expect(javaText(-12_219_292_800_000, ConnectTimestamp.SCHEMA)).toBe('Fri Oct 15 00:00:00 UTC 1582');
    expect(javaText(-62_135_769_600_001, ConnectTimestamp.SCHEMA)).toBe('Fri Dec 31 23:59:59 UTC 1');
  });

  it('prints the set fields of a struct by their schemas', () => {
    const schema = SchemaBuilder.struct()
      .field('price', Schema.FLOAT64_SCHEMA)
      .field('note', Schema.OPTIONAL_STRING_SCHEMA)
      .field('amount', ConnectDecimal.schema(2))
      .build();
    const struct = new Struct(schema).put('price', 25).put('amount', BigDecimal.parse('1.50'));

    expect(javaText([struct], null)).toBe('[Struct{price=25.0,amount=1.50}]');
  });
});
