import { describe, expect, it } from 'vitest';
import {
  BigDecimal,
  ConnectDate,
  ConnectTime,
  ConnectTimestamp,
  ConnectDecimal,
  DataException,
  isSchema,
  Schema,
  SchemaBuilder,
  SchemaBuilderException,
  schemaTypeOf,
  Struct,
  TypedNumber,
} from '@millrace/api';

function point(): SchemaBuilder {
  return SchemaBuilder.struct().name('Point').field('x', Schema.INT32_SCHEMA).field('y', Schema.INT32_SCHEMA);
}

describe('Schema', () => {
  it('is one object for equal attributes, inner schemas and defaults included', () => {
    expect(point().build()).toBe(point().build());
    expect(SchemaBuilder.array(point()).build()).toBe(SchemaBuilder.array(point().build()).build());
    expect(
      SchemaBuilder.bytes()
        .defaultValue(Buffer.from([1]))
        .build(),
    ).toBe(
      SchemaBuilder.bytes()
        .defaultValue(Buffer.from([1]))
        .build(),
    );
    expect(SchemaBuilder.int32().build()).toBe(Schema.INT32_SCHEMA);
  });

  it('is another object when any attribute differs', () => {
    const schemas = [
      Schema.INT32_SCHEMA,
      Schema.OPTIONAL_INT32_SCHEMA,
      Schema.INT64_SCHEMA,
      SchemaBuilder.int32().doc('d').build(),
      SchemaBuilder.int32().name('n').build(),
      SchemaBuilder.int32().version(1).build(),
      SchemaBuilder.int32().defaultValue(1).build(),
      SchemaBuilder.int32().defaultValue(2).build(),
      SchemaBuilder.int32().parameter('a', 'b').build(),
      SchemaBuilder.float64().defaultValue(0).build(),
      SchemaBuilder.float64().defaultValue(-0).build(),
    ];

    expect(new Set(schemas).size).toBe(schemas.length);
  });

  it('does not count the order of parameters, but that of fields', () => {
    const forth = SchemaBuilder.int32().parameter('a', '1').parameter('b', '2').build();
    expect(SchemaBuilder.int32().parameter('b', '2').parameter('a', '1').build()).toBe(forth);

    const reversed = SchemaBuilder.struct().name('Point').field('y', Schema.INT32_SCHEMA).field('x', Schema.INT32_SCHEMA).build();
    expect(reversed).not.toBe(point().build());
  });

  it('prints itself as Kafka does', () => {
    expect(String(Schema.INT32_SCHEMA)).toBe('Schema{INT32}');
    expect(String(point().build())).toBe('Schema{Point:STRUCT}');
  });

  it('refuses questions that do not suit its type, and answers null for an unknown field', () => {
    expect(() => Schema.INT32_SCHEMA.fields).toThrow('Cannot list fields on non-struct type');
    expect(() => Schema.INT32_SCHEMA.field('a')).toThrow('Cannot look up fields on non-struct type');
    expect(() => Schema.INT32_SCHEMA.keySchema).toThrow('Cannot look up key schema on non-map type');
    expect(() => Schema.INT32_SCHEMA.valueSchema).toThrow('Cannot look up value schema on non-array and non-map type');
    expect(point().build().field('z')).toBeNull();
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(Schema.INT32_SCHEMA)).toBe(true);
    expect(Object.isFrozen(point().build().fields)).toBe(true);
  });

  it('is told from anything else by its brand', () => {
    expect(isSchema(Schema.INT32_SCHEMA)).toBe(true);
    expect(isSchema(SchemaBuilder.int32())).toBe(false);
    expect(isSchema({ type: 'int32' })).toBe(false);
    expect(isSchema(null)).toBe(false);
  });
});

describe('SchemaBuilder', () => {
  it('takes each attribute once, and again only with the same value', () => {
    expect(SchemaBuilder.int32().name('a').name('a').optional().optional().defaultValue(1).defaultValue(1).build()).toMatchObject({
      name: 'a',
      optional: true,
      defaultValue: 1,
    });
    expect(() => SchemaBuilder.int32().name('a').name('b')).toThrow(SchemaBuilderException);
    expect(() => SchemaBuilder.int32().optional().required()).toThrow(SchemaBuilderException);
    expect(() => SchemaBuilder.int32().defaultValue(1).defaultValue(2)).toThrow(SchemaBuilderException);
  });

  it('checks a default against the schema as it is at that moment', () => {
    expect(SchemaBuilder.int32().optional().defaultValue(null).build()).toBe(Schema.OPTIONAL_INT32_SCHEMA);
    expect(() => SchemaBuilder.int32().defaultValue(null)).toThrow('Invalid default value');
    expect(() => SchemaBuilder.int32().defaultValue('x')).toThrow(SchemaBuilderException);
  });

  it.each([
    ['a field outside a struct', () => SchemaBuilder.int32().field('a', Schema.INT32_SCHEMA)],
    ['a field without a name', () => SchemaBuilder.struct().field('', Schema.INT32_SCHEMA)],
    ['a field without a schema', () => SchemaBuilder.struct().field('a', null as unknown as Schema)],
    ['a second field of the same name', () => SchemaBuilder.struct().field('a', Schema.INT32_SCHEMA).field('a', Schema.INT32_SCHEMA)],
    ['an array without elements', () => SchemaBuilder.array(null as unknown as Schema)],
    ['a map without values', () => SchemaBuilder.map(Schema.INT32_SCHEMA, null as unknown as Schema)],
    ['no type', () => new SchemaBuilder(null as never)],
  ])('refuses %s', (_what, build) => {
    expect(build).toThrow(SchemaBuilderException);
  });

  it('starts from a schema and lets the attributes left out be set anew', () => {
    const schema = point().version(3).optional().build();

    const renamed = SchemaBuilder.from(schema, ['name', 'version', 'fields']).name('Other').field('z', Schema.STRING_SCHEMA).build();

    expect(renamed).toMatchObject({ name: 'Other', version: null, optional: true });
    expect(renamed.fields.map(({ name }) => name)).toEqual(['z']);
    expect(SchemaBuilder.from(schema).build()).toBe(schema);
  });
});

describe('Schema.conform', () => {
  it('brings values into runtime form', () => {
    expect(Schema.INT64_SCHEMA.conform(5n)).toBe(5);
    expect(Schema.INT64_SCHEMA.conform(2n ** 60n)).toBe(2n ** 60n);
    expect(Schema.FLOAT32_SCHEMA.conform(0.1)).toBe(Math.fround(0.1));
    expect(Schema.INT8_SCHEMA.conform(new TypedNumber('int8', 5))).toBe(5);
    expect(Schema.BYTES_SCHEMA.conform(new Uint8Array([1]))).toEqual(Buffer.from([1]));
    expect(Object.is(Schema.INT32_SCHEMA.conform(-0), 0)).toBe(true);
    expect(ConnectDate.SCHEMA.conform(new Date(86_400_000))).toBe(1);
    expect(ConnectTimestamp.SCHEMA.conform(new Date(5))).toBe(5);
    expect(SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build().conform({ a: 1 })).toEqual(new Map([['a', 1]]));
  });

  it('hands back the same container when nothing in it changes', () => {
    const list = [1, 2];
    const map = new Map([['a', 1]]);
    expect(SchemaBuilder.array(Schema.INT32_SCHEMA).build().conform(list)).toBe(list);
    expect(SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build().conform(map)).toBe(map);
  });

  it.each([
    ['a number outside the type', Schema.INT8_SCHEMA, 128],
    ['a fraction for an integer', Schema.INT32_SCHEMA, 1.5],
    ['a number of another class', Schema.INT64_SCHEMA, new TypedNumber('int32', 1)],
    ['an unsafe integer that is no bigint', Schema.INT64_SCHEMA, 2 ** 60],
    ['an integer of more than 64 bits', Schema.INT64_SCHEMA, 2n ** 63n],
    ['a Date under plain INT64', Schema.INT64_SCHEMA, new Date(0)],
    ['a text for a date', ConnectDate.SCHEMA, '2019-08-23'],
    ['bytes for a decimal', ConnectDecimal.schema(2), Buffer.from([1])],
    ['an integer of Java for a timestamp', ConnectTimestamp.SCHEMA, new TypedNumber('int64', 1)],
    ['a Set for an array', SchemaBuilder.array(Schema.INT32_SCHEMA).build(), new Set([1])],
    ['an unsuitable element', SchemaBuilder.array(Schema.INT32_SCHEMA).build(), ['x']],
    ['null', Schema.INT32_SCHEMA, null],
    ['an array without an element schema', Schema.of({ type: 'array' }), [1]],
  ])('refuses %s', (_what, schema, value) => {
    expect(() => schema.conform(value)).toThrow(DataException);
  });

  it('says where in a container a value does not fit', () => {
    const schema = SchemaBuilder.array(Schema.INT32_SCHEMA).build();
    expect(() => schema.conform([1, 'x'], 'field: "a"')).toThrow(
      'Invalid Java object for schema with type INT32: class java.lang.String for element of array field: "a"',
    );
    expect(() => schema.conform([null])).toThrow('Invalid value: null used for required element of array value, schema type: INT32');
  });

  it('keeps a Date with a time of day, whose refusal is the encoder’s', () => {
    const noon = new Date(43_200_000);
    expect(ConnectDate.SCHEMA.conform(noon)).toBe(noon);
    expect(ConnectTime.SCHEMA.conform(noon)).toBe(43_200_000);
  });

  it('lets a struct pass only under its own schema', () => {
    const schema = point().build();
    const struct = new Struct(schema, [1, 2]);
    expect(schema.conform(struct)).toBe(struct);
    expect(() => point().doc('other').build().conform(struct)).toThrow('Struct schemas do not match');
    expect(() => schema.conform(new Struct(schema))).toThrow(DataException);
  });
});

describe('schemaTypeOf', () => {
  it.each([
    ['x', 'string'],
    [true, 'boolean'],
    [1, 'int64'],
    [2n ** 60n, 'int64'],
    [1.5, 'float64'],
    [-0, 'float64'],
    [new TypedNumber('int8', 1), 'int8'],
    [Buffer.from([1]), 'bytes'],
    [[], 'array'],
    [{}, 'map'],
    [new Map(), 'map'],
    [null, null],
    [2n ** 63n, null],
    [new Date(0), null],
    [new BigDecimal(1n, 0), null],
    [new Set(), null],
  ])('is that of the class (%#)', (value, type) => {
    expect(schemaTypeOf(value)).toBe(type);
  });
});
