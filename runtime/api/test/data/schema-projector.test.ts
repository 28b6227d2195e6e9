import { describe, expect, it } from 'vitest';
import {
  ConnectDate,
  ConnectDecimal,
  DataException,
  NullPointerException,
  Schema,
  SchemaBuilder,
  SchemaProjector,
  SchemaProjectorException,
  Struct,
} from '@millrace/api';

const { project } = SchemaProjector;
const threeByDefault = SchemaBuilder.int64().defaultValue(3).build();

describe('SchemaProjector', () => {
  it('widens numbers', () => {
    expect(project(Schema.INT8_SCHEMA, 1, Schema.INT64_SCHEMA)).toBe(1);
    expect(project(Schema.INT64_SCHEMA, 2n ** 60n, Schema.FLOAT64_SCHEMA)).toBe(2 ** 60);
    // Once rounded; by way of a double this would be 2^61.
    expect(project(Schema.INT64_SCHEMA, 2n ** 61n + 2n ** 37n + 1n, Schema.FLOAT32_SCHEMA)).toBe(2 ** 61 + 2 ** 38);
    expect(project(Schema.FLOAT32_SCHEMA, 1.5, Schema.FLOAT64_SCHEMA)).toBe(1.5);
  });

  it.each([
    ['a narrower type', Schema.INT64_SCHEMA, Schema.INT32_SCHEMA, 'Schema type mismatch. source type: INT64 and target type: INT32'],
    ['another type', Schema.INT64_SCHEMA, Schema.STRING_SCHEMA, 'Schema type mismatch'],
    ['another name', Schema.INT32_SCHEMA, ConnectDate.SCHEMA, 'Schema name mismatch. source name: null and target name: '],
    ['another scale', ConnectDecimal.schema(1), ConnectDecimal.schema(2), 'source parameters: {scale=1} and target parameters: {scale=2}'],
    ['no default', Schema.OPTIONAL_INT64_SCHEMA, Schema.INT64_SCHEMA, 'target schema does not provide a default value'],
  ])('refuses %s, whatever the value', (_what, source, target, message) => {
    expect(() => project(source, 1, target)).toThrow(SchemaProjectorException);
    expect(() => project(source, null, target)).toThrow(message);
  });

  it('puts the default in place of null where the target needs a value', () => {
    expect(project(Schema.OPTIONAL_INT64_SCHEMA, null, threeByDefault)).toBe(3);
    expect(project(Schema.OPTIONAL_INT64_SCHEMA, 1, threeByDefault)).toBe(1);
    expect(project(Schema.OPTIONAL_INT64_SCHEMA, null, Schema.OPTIONAL_INT64_SCHEMA)).toBeNull();
  });

  it('projects structs by the names of their fields', () => {
    const source = SchemaBuilder.struct()
      .field('a', Schema.INT32_SCHEMA)
      .field('dropped', Schema.STRING_SCHEMA)
      .field('d', SchemaBuilder.string().defaultValue('from source'))
      .build();
    const target = SchemaBuilder.struct()
      .field('new', Schema.OPTIONAL_STRING_SCHEMA)
      .field('d', Schema.STRING_SCHEMA)
      .field('b', threeByDefault)
      .field('a', Schema.FLOAT64_SCHEMA)
      .build();

    const projected = project(source, new Struct(source, [1, 'x', null]), target) as Struct;

    expect(projected.schema).toBe(target);
    expect(projected.values).toEqual([null, 'from source', 3, 1]);
  });

  it('names the field that does not fit, and only when there is a value', () => {
    const source = SchemaBuilder.struct().field('a', Schema.STRING_SCHEMA).optional().build();
    const target = SchemaBuilder.struct().field('a', Schema.INT32_SCHEMA).optional().build();
    const required = SchemaBuilder.struct().field('b', Schema.INT32_SCHEMA).optional().build();

    expect(project(source, null, target)).toBeNull();
    expect(() => project(source, new Struct(source, ['x']), target)).toThrow('Error projecting a');
    expect(() => project(source, new Struct(source, ['x']), required)).toThrow('Required field `b` is missing from source schema');
  });

  it('does not let a null that the source should not hold into a required field', () => {
    const source = SchemaBuilder.struct().field('a', Schema.INT32_SCHEMA).build();
    const target = SchemaBuilder.struct().field('a', Schema.INT64_SCHEMA).build();
    expect(() => project(source, new Struct(source), target)).toThrow(DataException);
  });

  it('projects the elements of arrays and maps', () => {
    const integers = SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).build();
    expect(project(integers, [1, null], SchemaBuilder.array(threeByDefault).build())).toEqual([1, 3]);
    const texts = SchemaBuilder.array(Schema.STRING_SCHEMA).build();
    expect(project(SchemaBuilder.array(Schema.INT32_SCHEMA).build(), [], texts)).toEqual([]);
    expect(
      project(
        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build(),
        new Map([['a', 1]]),
        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.FLOAT32_SCHEMA).build(),
      ),
    ).toEqual(new Map([['a', 1]]));
  });

  it('needs both schemas', () => {
    expect(() => project(null as unknown as Schema, 1, Schema.INT32_SCHEMA)).toThrow(NullPointerException);
    expect(() => project(Schema.INT32_SCHEMA, 1, null as unknown as Schema)).toThrow(NullPointerException);
  });
});
