import {
  BigDecimal,
  ConfigException,
  ConnectDecimal,
  ConnectTimestamp,
  DataException,
  Schema,
  SchemaBuilder,
  TypedNumber,
} from '@millrace/api';
import { CastKey, CastValue } from '@millrace/transforms';
import { describe, expect, test } from 'vitest';
import { applied, configured, DEFAULT_FIVE, recordWith, structOf } from './records.ts';

function cast(value: unknown, spec: string, schema: Schema | null = null): unknown {
  return applied(configured(CastValue, { spec }), value, schema).value;
}

describe('Cast', () => {
  test.each([
    [300, 'int8', new TypedNumber('int8', 44)],
    [3.9, 'int8', new TypedNumber('int8', 3)],
    [new TypedNumber('float64', 3e10), 'int32', new TypedNumber('int32', 2_147_483_647)],
    [3e10, 'int32', new TypedNumber('int32', -64_771_072)],
    [Number.NaN, 'int32', new TypedNumber('int32', 0)],
    [1e19, 'int64', 9_223_372_036_854_775_807n],
    ['TRUE', 'boolean', true],
    ['yes', 'boolean', false],
    [0.5, 'boolean', false],
    [true, 'int16', new TypedNumber('int16', 1)],
    [new TypedNumber('float64', 1e7), 'string', '1.0E7'],
    [Buffer.from([1, 2, 3]), 'string', 'AQID'],
    ['1e5', 'float64', new TypedNumber('float64', 100_000)],
    [' 2.5 ', 'float32', new TypedNumber('float32', 2.5)],
  ])('makes of %s as %s what a JVM makes of it', (value, spec, expected) => {
    expect(cast(value, spec)).toEqual(expected);
  });

  test.each([
    ['300', 'int8'],
    [' 12', 'int32'],
    ['1.0', 'int64'],
    ['', 'float64'],
  ])('refuses the text "%s" as %s', (text, spec) => {
    expect(() => cast(text, spec)).toThrow(new DataException(`Value (${text}) was out of range for requested data type`));
  });

  test('adds a field that a map lacks, and leaves the map that came in alone', () => {
    const map = { a: 1, b: 2 };

    expect(cast(map, 'zz:int8,a:string')).toEqual({ a: '1', b: 2, zz: null });
    expect(map).toEqual({ a: 1, b: 2 });
  });

  test('keeps the kind of a map, and does not take an inherited property for a field', () => {
    expect(cast(new Map<unknown, unknown>([['a', 1]]), 'a:string')).toEqual(new Map([['a', '1']]));
    expect(cast({}, 'constructor:string')).toEqual({ ['constructor']: null });
  });

  test('casts fields of a struct, replaces nulls by defaults and casts the defaults too', () => {
    const struct = structOf([
      ['i', DEFAULT_FIVE, null],
      ['d', ConnectTimestamp.SCHEMA, 9],
      ['s', Schema.STRING_SCHEMA, '7'],
    ]);
    const spec = { spec: 'i:string,d:int64,s:int16,zz:int8' };

    const { value, valueSchema } = applied(configured(CastValue, spec), struct, struct.schema);
    expect(String(value)).toBe('Struct{i=5,d=9,s=7}');
    expect(valueSchema).toBe(
      SchemaBuilder.struct()
        .field('i', SchemaBuilder.string().optional().defaultValue('5').build())
        .field('d', Schema.INT64_SCHEMA)
        .field('s', Schema.INT16_SCHEMA)
        .build(),
    );
    const kept = applied(configured(CastValue, { ...spec, 'replace.null.with.default': 'false' }), struct, struct.schema);
    expect(kept.value).toMatchObject({ values: [null, 9, 7] });
  });

  test('casts the default of a struct schema', () => {
    const plain = structOf([['i', Schema.INT32_SCHEMA, 1]]);
    const schema = SchemaBuilder.from(plain.schema).optional().build();
    const withDefault = Schema.of({ ...schema.attributes(), defaultValue: plain });

    const { valueSchema } = applied(configured(CastValue, { spec: 'i:string' }), structOf([['i', Schema.INT32_SCHEMA, 1]]), withDefault);
    expect(String(valueSchema?.defaultValue)).toBe('Struct{i=1}');
  });

  test('prints a timestamp as the header parser reads it, and keeps the name of the schema', () => {
    const { value, valueSchema } = applied(configured(CastValue, { spec: 'string' }), 1_700_000_000_123, ConnectTimestamp.SCHEMA);

    expect(value).toBe('2023-11-14T22:13:20.123Z');
    expect(valueSchema).toMatchObject({ type: 'string', name: ConnectTimestamp.LOGICAL_NAME, version: 1 });
  });

  test('casts decimals as numbers', () => {
    const schema = ConnectDecimal.schema(2);

    expect(cast(BigDecimal.parse('1.25'), 'float64', schema)).toBe(1.25);
    expect(cast(BigDecimal.parse('1.25'), 'string', schema)).toBe('1.25');
    expect(cast(BigDecimal.parse('16777217.00'), 'float32', schema)).toBe(16_777_216);
  });

  test('keeps a null value, and touches keys only as CastKey', () => {
    const record = recordWith(null, Schema.OPTIONAL_INT32_SCHEMA);

    expect(configured(CastValue, { spec: 'string' }).apply(record)).toBe(record);
    expect(configured(CastKey, { spec: 'string' }).apply(record.withKey(null, 5)).key).toBe('5');
  });

  test('forgets compiled schemas when it is configured anew', () => {
    const struct = structOf([['i', Schema.INT32_SCHEMA, 1]]);
    const transformation = configured(CastValue, { spec: 'i:string' });
    expect(applied(transformation, struct, struct.schema).value).toMatchObject({ values: ['1'] });

    transformation.configure({ spec: 'i:boolean' });
    expect(applied(transformation, struct, struct.schema).value).toMatchObject({ values: [true] });
  });

  test.each([
    ['foo:bar', 'for configuration Invalid type found in casting spec: bar'],
    ['a:b:c', 'Invalid value [a:b:c] for configuration spec: Invalid cast: a:b:c'],
    ['foo:int8,', 'Invalid type found in casting spec: '],
    ['map', 'Cast transformation does not support casting to MAP'],
    ['int32,int64', 'may only specify a single cast'],
    ['', 'Must specify at least one field to cast.'],
  ])('refuses the spec "%s" with what is wrong', (spec, message) => {
    expect(() => configured(CastValue, { spec })).toThrow(ConfigException);
    expect(() => configured(CastValue, { spec })).toThrow(message);
  });
});
