import {
  BigDecimal,
  ConnectDecimal,
  ConnectTimestamp,
  DataException,
  IllegalArgumentException,
  NullPointerException,
  Schema,
  SchemaBuilder,
  SchemaBuilderException,
  TypedNumber,
} from '@millrace/api';
import {
  ExtractFieldValue,
  FlattenValue,
  HeaderFromValue,
  HoistFieldValue,
  InsertFieldValue,
  MaskFieldValue,
  ReplaceFieldValue,
  SetSchemaMetadataValue,
  ValueToKey,
} from '@millrace/transforms';
import { describe, expect, test } from 'vitest';
import { applied, configured, DEFAULT_FIVE, recordWith, sinkRecordWith, structOf, TIMESTAMP } from './records.ts';

const named = structOf(
  [
    ['id', DEFAULT_FIVE, null],
    ['s', Schema.STRING_SCHEMA, 'x'],
  ],
  SchemaBuilder.struct().optional().name('P').version(1),
);

describe('InsertField', () => {
  test('adds topic, partition, timestamp and a static text to a map, over what is there', () => {
    const insert = configured(InsertFieldValue, {
      'topic.field': 't',
      'partition.field': 'p!',
      'timestamp.field': 'ts?',
      'static.field': 'st',
      'static.value': 'v',
    });

    expect(applied(insert, { a: 1, t: 'old' }).value).toEqual({
      a: 1,
      t: 'orders',
      p: new TypedNumber('int32', 2),
      ts: TIMESTAMP,
      st: 'v',
    });
  });

  test('adds fields to a struct, whose schema is then no longer optional', () => {
    const insert = configured(InsertFieldValue, { 'topic.field': 't!', 'partition.field': 'p', 'timestamp.field': 'ts' });

    const { value, valueSchema } = applied(insert, named, named.schema);
    expect(value).toMatchObject({ values: [5, 'x', 'orders', 2, TIMESTAMP] });
    expect(valueSchema).toMatchObject({ name: 'P', version: 1, optional: false });
    expect(valueSchema?.fields.map(({ name, schema }) => [name, schema.type, schema.optional])).toEqual([
      ['id', 'int32', true],
      ['s', 'string', false],
      ['t', 'string', false],
      ['p', 'int32', true],
      ['ts', 'int64', true],
    ]);
  });

  test('knows the offset of sink records only', () => {
    const insert = configured(InsertFieldValue, { 'offset.field': 'o!' });

    expect(insert.apply(sinkRecordWith({}))?.value).toEqual({ o: 77 });
    expect(() => insert.apply(recordWith({}))).toThrow('Only SinkRecord supported for [field insertion]');
  });

  test('takes a field called __proto__ for a field', () => {
    const insert = configured(InsertFieldValue, { 'topic.field': '__proto__' });

    const value = applied(insert, {}).value as object;
    expect(Object.entries(value)).toEqual([['__proto__', 'orders']]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('refuses a name that the struct has, and a configuration without a field', () => {
    expect(() => applied(configured(InsertFieldValue, { 'topic.field': 's' }), named, named.schema)).toThrow(SchemaBuilderException);
    expect(() => configured(InsertFieldValue, { 'static.value': 'v' })).toThrow('No field insertion configured');
    expect(() => configured(InsertFieldValue, { 'static.field': 'f' })).toThrow('No value specified for static field: f');
  });
});

describe('ReplaceField', () => {
  const abc = { a: 1, b: 2, c: null };

  test.each([
    [{ exclude: 'a' }, { b: 2, c: null }],
    [{ include: 'a', exclude: 'a' }, {}],
    [{ renames: 'a:z' }, { z: 1, b: 2, c: null }],
    [{ renames: 'a:z', include: 'z' }, {}],
    [{ renames: 'a:z,b:a' }, { z: 1, a: 2, c: null }],
    [{ renames: 'a: z' }, { ' z': 1, b: 2, c: null }],
  ])('with %o makes %o of a map', (config, expected) => {
    expect(applied(configured(ReplaceFieldValue, config), abc).value).toEqual(expected);
  });

  test('keeps the order of a struct and drops that it is optional', () => {
    const replace = configured(ReplaceFieldValue, { renames: 's:text' });

    const { value, valueSchema } = applied(replace, named, named.schema);
    expect(String(value)).toBe('Struct{id=5,text=x}');
    expect(valueSchema).toMatchObject({ name: 'P', optional: false });
  });

  test('refuses two fields of one name, and a rename that is no pair', () => {
    expect(() => applied(configured(ReplaceFieldValue, { renames: 's:id' }), named, named.schema)).toThrow(SchemaBuilderException);
    expect(() => configured(ReplaceFieldValue, { renames: 'a' })).toThrow(
      'Invalid value [a] for configuration renames: Invalid rename mapping: a',
    );
  });
});

describe('MaskField', () => {
  test('empties values by their class', () => {
    const map = { i: 5, d: 1.5, b: true, s: 'abc', l: [1], m: { a: 1 }, t: new Date(5), n: null };

    expect(applied(configured(MaskFieldValue, { fields: 'i,d,b,s,l,m,t,n,zz' }), map).value).toEqual({
      i: 0,
      d: new TypedNumber('float64', 0),
      b: false,
      s: '',
      l: [],
      m: {},
      t: new Date(0),
      n: null,
      zz: null,
    });
  });

  test('replaces numbers and texts by a text', () => {
    const mask = configured(MaskFieldValue, { fields: 'i,d,s', replacement: '300.7' });

    expect(applied(mask, { i: 5, d: 1.5, s: 'x' }).value).toEqual({ i: 300, d: 300.7, s: '300.7' });
    expect(() => applied(mask, { i: true })).toThrow('Cannot mask value of type class java.lang.Boolean with custom replacement.');
    expect(() => applied(configured(MaskFieldValue, { fields: 'i', replacement: 'abc' }), { i: 5 })).toThrow('Unable to convert abc');
  });

  test('masks fields of a struct', () => {
    const struct = structOf([
      ['id', DEFAULT_FIVE, null],
      ['dec', ConnectDecimal.schema(2), BigDecimal.parse('1.25')],
      ['ts', ConnectTimestamp.SCHEMA, 99],
      ['i8', Schema.INT8_SCHEMA, 1],
    ]);

    const { value } = applied(configured(MaskFieldValue, { fields: 'id,dec,ts' }), struct, struct.schema);
    expect(value).toMatchObject({ values: [0, new BigDecimal(0n, 0), 0, 1] });
    const replaced = applied(configured(MaskFieldValue, { fields: 'i8', replacement: '300.7' }), struct, struct.schema);
    expect(replaced.value).toMatchObject({ values: [5, BigDecimal.parse('1.25'), 99, 44] });
    expect(() => applied(configured(MaskFieldValue, { fields: 'ts', replacement: '1' }), struct, struct.schema)).toThrow('java.util.Date');
  });

  test('refuses a null value', () => {
    expect(() => applied(configured(MaskFieldValue, { fields: 'a' }), null)).toThrow(DataException);
  });
});

describe('Flatten', () => {
  test('flattens maps and drops empty ones', () => {
    const nested = { a: 1, b: { c: 2, d: { e: null, f: [{ z: 1 }], g: {} } } };

    expect(applied(configured(FlattenValue), nested).value).toEqual({ a: 1, 'b.c': 2, 'b.d.e': null, 'b.d.f': [{ z: 1 }] });
  });

  test('flattens structs; fields inherit whether they are optional', () => {
    const inner = SchemaBuilder.struct()
      .optional()
      .field('x', SchemaBuilder.int32().defaultValue(3).build())
      .field('y', Schema.STRING_SCHEMA)
      .build();
    const struct = structOf([
      ['id', Schema.INT64_SCHEMA, 1],
      [
        'in',
        inner,
        structOf(
          [
            ['x', SchemaBuilder.int32().defaultValue(3).build(), null],
            ['y', Schema.STRING_SCHEMA, 'q'],
          ],
          SchemaBuilder.struct().optional(),
        ),
      ],
    ]);

    const { value, valueSchema } = applied(configured(FlattenValue, { delimiter: '_' }), struct, struct.schema);
    expect(String(value)).toBe('Struct{id=1,in_x=3,in_y=q}');
    expect(valueSchema?.field('in_x')?.schema).toMatchObject({ optional: true, defaultValue: 3 });
    expect(valueSchema?.field('in_y')?.schema).toMatchObject({ optional: true, defaultValue: null });
  });

  test('leaves the fields of a null struct unset, defaults included', () => {
    const inner = SchemaBuilder.struct().optional().field('x', SchemaBuilder.int32().defaultValue(3).build()).build();
    const struct = structOf([['in', inner, null]]);

    expect(applied(configured(FlattenValue), struct, struct.schema).value).toMatchObject({ values: [null] });
  });

  test('refuses maps inside structs and dates inside maps', () => {
    const struct = structOf([['m', SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA).build(), new Map()]]);

    expect(() => applied(configured(FlattenValue), struct, struct.schema)).toThrow(
      'does not support MAP for record with schemas (for field m)',
    );
    expect(() => applied(configured(FlattenValue), { d: new Date(0) })).toThrow('class java.util.Date which is not supported');
  });
});

describe('ExtractField', () => {
  const nested = { a: { b: 7 }, 'a.b': 'flat' };

  test.each([
    ['a.b', 'V1', 'flat'],
    ['a.b', 'V2', 7],
    ['`a.b`', 'V2', 'flat'],
    ['a.zz.c', 'v2', null],
    ['zz', 'V1', null],
  ])('finds %s by syntax %s', (field, version, expected) => {
    expect(applied(configured(ExtractFieldValue, { field, 'field.syntax.version': version }), nested).value).toBe(expected);
  });

  test('gives a field of a struct its own schema, also when the struct is null', () => {
    const extract = configured(ExtractFieldValue, { field: 's' });

    expect(applied(extract, named, named.schema)).toMatchObject({ value: 'x', valueSchema: Schema.STRING_SCHEMA });
    expect(applied(extract, null, named.schema)).toMatchObject({ value: null, valueSchema: Schema.STRING_SCHEMA });
  });

  test('replaces a null by its default unless told otherwise', () => {
    expect(applied(configured(ExtractFieldValue, { field: 'id' }), named, named.schema).value).toBe(5);
    const raw = configured(ExtractFieldValue, { field: 'id', 'replace.null.with.default': 'false' });
    expect(applied(raw, named, named.schema).value).toBeNull();
  });

  test('refuses unknown fields and ways through scalars', () => {
    expect(() => applied(configured(ExtractFieldValue, { field: 'zz' }), named, named.schema)).toThrow(
      new IllegalArgumentException('Unknown field: zz'),
    );
    const through = configured(ExtractFieldValue, { field: 'id.x', 'field.syntax.version': 'V2' });
    expect(() => applied(through, named, named.schema)).toThrow(DataException);
    expect(() => applied(configured(ExtractFieldValue, { field: '', 'field.syntax.version': 'V2' }), {})).toThrow(IllegalArgumentException);
  });
});

describe('HeaderFrom', () => {
  test('moves entries of a map to headers', () => {
    const move = configured(HeaderFromValue, { fields: 'x,zz', headers: 'hx,hz', operation: 'move' });

    const record = applied(move, { x: 1, y: 2 });
    expect(record.value).toEqual({ y: 2 });
    expect([...record.headers]).toEqual([
      { key: 'hx', schema: null, value: 1 },
      { key: 'hz', schema: null, value: null },
    ]);
  });

  test('copies fields of a struct with their schemas and leaves the headers of the record that came in alone', () => {
    const copy = configured(HeaderFromValue, { fields: 'id,s', headers: 'h,h', operation: 'copy' });
    const record = recordWith(named, named.schema);

    const copied = copy.apply(record);
    expect(copied?.value).toBe(named);
    expect([...(copied?.headers ?? [])]).toEqual([
      { key: 'h', schema: DEFAULT_FIVE, value: 5 },
      { key: 'h', schema: Schema.STRING_SCHEMA, value: 'x' },
    ]);
    expect(record.hasHeaders).toBe(false);
  });

  test('names the fields that there are when one does not exist', () => {
    const copy = configured(HeaderFromValue, { fields: 'zz', headers: 'h', operation: 'copy' });

    expect(() => applied(copy, named, named.schema)).toThrow(NullPointerException);
    expect(() => applied(copy, named, named.schema)).toThrow('Field does not exist: zz; the fields of Schema{P:STRUCT} are: id, s');
  });

  test('wants as many headers as fields', () => {
    expect(() => configured(HeaderFromValue, { fields: 'a,b', headers: 'h', operation: 'copy' })).toThrow('same number of elements');
  });
});

describe('HoistField', () => {
  test.each([
    [42, { m: 42 }],
    [null, { m: null }],
  ])('wraps %s in a map', (value, expected) => {
    expect(applied(configured(HoistFieldValue, { field: 'm' }), value).value).toEqual(expected);
  });

  test('wraps a value in an anonymous struct and checks it', () => {
    const hoist = configured(HoistFieldValue, { field: 'm' });

    expect(String(applied(hoist, 42, Schema.INT32_SCHEMA).value)).toBe('Struct{m=42}');
    expect(String(applied(hoist, named, named.schema).value)).toBe('Struct{m=Struct{s=x}}');
    expect(() => applied(hoist, null, Schema.INT32_SCHEMA)).toThrow('null used for required field: "m"');
    expect(() => applied(configured(HoistFieldValue, { field: '' }), 1, Schema.INT32_SCHEMA)).toThrow(SchemaBuilderException);
  });
});

describe('SetSchemaMetadata', () => {
  test('sets name and version and keeps the rest', () => {
    const set = configured(SetSchemaMetadataValue, { 'schema.name': 'N', 'schema.version': '7' });

    const { value, valueSchema } = applied(set, named, named.schema);
    expect(valueSchema).toBe(Schema.of({ ...named.schema.attributes(), name: 'N', version: 7 }));
    expect(value).toMatchObject({ schema: valueSchema, values: [5, 'x'] });
    expect(applied(set, null, named.schema).valueSchema).toBe(valueSchema);
  });

  test('needs a struct schema and something to set', () => {
    const set = configured(SetSchemaMetadataValue, { 'schema.name': 'N' });

    expect(() => applied(set, { a: 1 })).toThrow(new DataException('Schema required for [updating schema metadata]'));
    expect(() => applied(set, 1, Schema.INT32_SCHEMA)).toThrow(DataException);
    expect(() => configured(SetSchemaMetadataValue)).toThrow('Neither schema name nor version configured');
  });
});

describe('ValueToKey', () => {
  test('makes a key of entries of a map', () => {
    expect(applied(configured(ValueToKey, { fields: 'a,zz' }), { a: 1, b: 2 }).key).toEqual({ a: 1, zz: null });
  });

  test('makes a key struct in the order of the fields, named by their paths', () => {
    const outer = structOf([['in', named.schema, named]]);
    const toKey = configured(ValueToKey, { fields: 'in.s,in.id', 'field.syntax.version': 'V2' });

    const { key, keySchema, value } = applied(toKey, outer, outer.schema);
    expect(String(key)).toBe('Struct{in.s=x,in.id=5}');
    expect(keySchema?.name).toBeNull();
    expect(value).toBe(outer);
  });

  test('refuses a field that does not exist, and tombstones', () => {
    const toKey = configured(ValueToKey, { fields: 'zz' });

    expect(() => applied(toKey, named, named.schema)).toThrow(new DataException('Field does not exist: zz'));
    expect(() => applied(toKey, null, named.schema)).toThrow(DataException);
  });
});
