import { SchemaBuilder } from '@millrace/api';
import { expect, test } from 'vitest';
import { SchemaCache } from '../src/record/schema-cache.ts';

const schemas = Array.from({ length: 300 }, (_, index) => SchemaBuilder.int32().name(`n${index}`).build());

test('a schema is compiled once, whatever came in between', () => {
  const compiled: (string | null)[] = [];
  const cache = new SchemaCache((schema) => compiled.push(schema.name));

  for (const index of [0, 0, 1, 0, 1]) cache.get(schemas[index]!);
  expect(compiled).toEqual(['n0', 'n1']);
});

test('the oldest schemas are forgotten when there are too many, and all when the configuration changes', () => {
  let count = 0;
  const cache = new SchemaCache(() => (count += 1));

  for (const schema of schemas) cache.get(schema);
  expect(count).toBe(300);
  cache.get(schemas[299]!);
  cache.get(schemas[200]!);
  expect(count).toBe(300);
  cache.get(schemas[0]!);
  expect(count).toBe(301);
  cache.clear();
  cache.get(schemas[200]!);
  expect(count).toBe(302);
});
