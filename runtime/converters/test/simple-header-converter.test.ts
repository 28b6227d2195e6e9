import { ConfigException, DataException, type Schema, SchemaBuilder, Struct } from '@millrace/api';
import { describe, expect, test } from 'vitest';
import { SimpleHeaderConverter } from '../src/index.ts';

function headerConverter(config: Record<string, unknown> = {}): SimpleHeaderConverter {
  const converter = new SimpleHeaderConverter();
  converter.configure(config);
  return converter;
}

function read(text: string, config: Record<string, unknown> = {}): { type: string | undefined; value: unknown } {
  const { schema, value } = headerConverter(config).toConnectHeader('t', 'h', Buffer.from(text));
  return { type: schema?.type, value };
}

describe('SimpleHeaderConverter', () => {
  test('guesses the type of a text', () => {
    expect(read('127')).toEqual({ type: 'int8', value: 127 });
    expect(read('40000')).toEqual({ type: 'int32', value: 40000 });
    expect(read('true')).toEqual({ type: 'boolean', value: true });
    expect(read('2019-08-23')).toEqual({ type: 'int32', value: 18131 });
    expect(read('hello')).toEqual({ type: 'string', value: 'hello' });
    expect(read('null')).toEqual({ type: undefined, value: null });
  });

  test('drops what follows the first value, as Kafka does, unless it is lossless', () => {
    expect(read('1,2')).toEqual({ type: 'int8', value: 1 });
    expect(read('1,2', { lossless: 'true' })).toEqual({ type: 'string', value: '1,2' });
    expect(() => headerConverter({ lossless: 'perhaps' })).toThrow(ConfigException);
  });

  test('writes containers with quotes inside and structs with their defaults', () => {
    const schema = SchemaBuilder.struct().field('f', SchemaBuilder.string().optional().defaultValue('x')).build();
    const write = (s: Schema | null, value: unknown): string | undefined =>
      headerConverter().fromConnectHeader('t', 'h', s, value)?.toString();
    expect(write(null, 'plain')).toBe('plain');
    expect(write(null, ['a', 1])).toBe('["a",1]');
    expect(write(schema, new Struct(schema))).toBe('{"f":"x"}');
    expect(write(null, null)).toBeUndefined();
  });

  test('refuses a class that Connect does not know', () => {
    expect(() => headerConverter().fromConnectHeader('t', 'h', null, new Set([1]))).toThrow(DataException);
  });

  test('reads whatever there is, malformed text too', () => {
    expect(headerConverter().readsAnything).toBe(true);
    expect(headerConverter().toConnectHeader('t', 'h', Buffer.from([0xff])).value).toBe('\ufffd');
    expect(headerConverter().toConnectHeader('t', 'h', null).value).toBeNull();
  });
});
