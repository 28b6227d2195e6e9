import { describe, expect, it } from 'vitest';
import {
  BigDecimal,
  ConnectDate,
  ConnectDecimal,
  ConnectTimestamp,
  DataException,
  isStruct,
  Schema,
  SchemaBuilder,
  Struct,
} from '@millrace/api';

const schema = SchemaBuilder.struct()
  .field('id', SchemaBuilder.int32().optional().defaultValue(5))
  .field('name', Schema.STRING_SCHEMA)
  .field('day', SchemaBuilder.int32().name(ConnectDate.LOGICAL_NAME).optional())
  .field('price', SchemaBuilder.float64().defaultValue(2.5))
  .build();

describe('Struct', () => {
  it('hands out defaults from get, and raw values from getWithoutDefault and the typed getters', () => {
    const struct = new Struct(schema);
    expect(struct.get('id')).toBe(5);
    expect(struct.getWithoutDefault('id')).toBeNull();
    expect(struct.getInt32('id')).toBeNull();
    expect(struct.put('id', null).get('id')).toBe(5);
  });

  it('stores dates as their numbers and hands them out as dates', () => {
    const struct = new Struct(schema).put('day', new Date('2023-11-14T00:00:00Z'));
    expect(struct.values[2]).toBe(19_675);
    expect(struct.get('day')).toEqual(new Date('2023-11-14T00:00:00Z'));
    expect(struct.put('day', 0).get('day')).toEqual(new Date(0));
  });

  it('says so when a date lies outside the range of a JavaScript Date', () => {
    const far = SchemaBuilder.struct().field('at', ConnectTimestamp.SCHEMA).build();
    expect(() => new Struct(far, [9e15]).get('at')).toThrow('outside the range of a JavaScript Date');
  });

  it('refuses null for a required field, even one with a default', () => {
    expect(() => new Struct(schema).put('price', null)).toThrow('null used for required field: "price", schema type: FLOAT64');
  });

  it('refuses unknown fields, and typed getters of another type', () => {
    const struct = new Struct(schema);
    expect(() => struct.get('zz')).toThrow(new DataException('zz is not a valid field name'));
    expect(() => struct.put('zz', 1)).toThrow(DataException);
    expect(() => struct.getString('id')).toThrow("Field 'id' is not of type STRING");
  });

  it('is valid when every required field is set or has a default', () => {
    expect(() => new Struct(schema).validate()).toThrow('null used for required field: "name"');
    expect(() => new Struct(schema).put('name', 'x').validate()).not.toThrow();
  });

  it('prints its set fields only', () => {
    expect(new Struct(schema).put('name', 'x').put('price', 25).toString()).toBe('Struct{name=x,price=25.0}');
  });

  it('accepts a decimal of any scale, whose refusal is the encoder’s', () => {
    const decimals = SchemaBuilder.struct().field('amount', ConnectDecimal.schema(2)).build();
    expect(new Struct(decimals).put('amount', BigDecimal.parse('1.2345')).getDecimal('amount')?.toString()).toBe('1.2345');
  });

  it('equals a struct of the same schema with equal values', () => {
    const struct = new Struct(schema).put('name', 'x');
    expect(struct.equals(new Struct(schema).put('name', 'x'))).toBe(true);
    expect(struct.equals(new Struct(schema).put('name', 'y'))).toBe(false);
    expect(struct.equals({ schema, values: struct.values })).toBe(false);
  });

  it('needs a struct schema', () => {
    expect(() => new Struct(Schema.INT32_SCHEMA)).toThrow('Not a struct schema');
    expect(isStruct(new Struct(schema))).toBe(true);
    expect(isStruct({ schema, values: [] })).toBe(false);
  });
});
