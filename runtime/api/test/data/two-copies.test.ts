import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as api from '@millrace/api';

const source = fileURLToPath(new URL('../../src', import.meta.url));
let folder: string;
let other: typeof api;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-api-'));
  await cp(source, join(folder, 'one'), { recursive: true });
  other = (await import(join(folder, 'one/index.ts'))) as typeof api;
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('two copies of the package in one process', () => {
  it('are two copies indeed', () => {
    expect(other.Schema).not.toBe(api.Schema);
    expect(other.Struct).not.toBe(api.Struct);
  });

  it('share their schemas', () => {
    expect(other.Schema.INT32_SCHEMA).toBe(api.Schema.INT32_SCHEMA);
    expect(other.ConnectDecimal.schema(2)).toBe(api.ConnectDecimal.schema(2));
    const build = ({ Schema, SchemaBuilder }: typeof api): api.Schema =>
      SchemaBuilder.struct().name('Order').field('id', Schema.INT64_SCHEMA).field('note', Schema.OPTIONAL_STRING_SCHEMA).build();
    expect(build(other)).toBe(build(api));
  });

  it('recognise each other’s schemas, structs, decimals and numbers', () => {
    const schema = api.SchemaBuilder.struct().field('amount', api.ConnectDecimal.schema(2)).build();
    const struct = new other.Struct(schema).put('amount', other.BigDecimal.parse('1.50'));

    expect(api.isSchema(other.SchemaBuilder.int32().build())).toBe(true);
    expect(api.isStruct(struct)).toBe(true);
    expect(api.SchemaBuilder.array(schema).build().conform([struct])).toEqual([struct]);
    expect(api.ConnectDecimal.fromLogical(api.ConnectDecimal.schema(2), struct.getDecimal('amount') as api.BigDecimal)).toEqual(
      Buffer.from([0, 150]),
    );
    expect(api.schemaTypeOf(new other.TypedNumber('int8', 1))).toBe('int8');
    expect(new api.Struct(schema).put('amount', api.BigDecimal.parse('1.50')).equals(struct)).toBe(true);
    expect(api.Values.convertToString(schema, struct)).toBe('{"amount":1.50}');
  });

  it('recognise each other’s exceptions by class and by ancestor', () => {
    const error: unknown = new other.SchemaBuilderException('x');
    expect(error).toBeInstanceOf(api.SchemaBuilderException);
    expect(error).toBeInstanceOf(api.DataException);
    expect(error).toBeInstanceOf(api.ConnectException);
    expect(error).not.toBeInstanceOf(api.RetriableException);
    expect(() => other.SchemaBuilder.int32().field('a', api.Schema.INT32_SCHEMA)).toThrow(api.SchemaBuilderException);
  });

  it('share their topic partitions', () => {
    expect(other.TopicPartition.of('orders', 3)).toBe(api.TopicPartition.of('orders', 3));
  });
});

describe('a copy of another major version', () => {
  it('is refused with a message that says what to do', async () => {
    const copy = join(folder, 'two');
    await cp(source, copy, { recursive: true });
    const state = join(copy, 'data/shared-state.ts');
    const text = await readFile(state, 'utf8');
    expect(text).toContain('const major = 1;');
    await writeFile(state, text.replace('const major = 1;', 'const major = 2;'));

    await expect(import(join(copy, 'index.ts'))).rejects.toThrow(
      '@millrace/api: major version 2 cannot run beside major version 1, which this process loaded first; ' +
        'install a connector that was built for @millrace/api 1',
    );
  });
});
