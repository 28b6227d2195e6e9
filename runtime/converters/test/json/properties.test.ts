import { isTypedNumber, Schema, SerializationException, TypedNumber, valuesEqual } from '@millrace/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonConverter } from '../../src/index.ts';
import { mayHoldInexactNumber } from '../../src/json/inexact-number.ts';
import { JsonScanner } from '../../src/json/json-scanner.ts';
import { readSchemaless } from '../../src/json/schemaless-reader.ts';
import { schemalessBytes, schemalessText } from '../../src/json/schemaless-writer.ts';
import { jsonText, numberLiteral, schemaAndValues } from './arbitraries.ts';

function converter(config: Record<string, unknown> = {}): JsonConverter {
  const made = new JsonConverter();
  made.configure(config, false);
  return made;
}

function readExactly(text: string): unknown {
  const scanner = new JsonScanner();
  scanner.reset(text);
  return readSchemaless(scanner);
}

/** What `JSON.parse` makes of a value: every number a double. */
function blurred(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (isTypedNumber(value)) return value.value;
  if (Array.isArray(value)) return value.map(blurred);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, blurred(item)]));
}

/** Without what Jackson changes on purpose: −0 and the wrap of integers to 64 bits. */
function comparable(value: unknown): unknown {
  if (typeof value === 'number') return Math.abs(value) > 2 ** 62 ? 'large' : value + 0;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)]));
}

describe('the exact parser', () => {
  test('reads what JSON.parse reads, but for the numbers that Jackson wraps', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        fc.pre(!/\d{19}/.test(text));
        expect(comparable(blurred(readExactly(text)))).toEqual(comparable(JSON.parse(text)));
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses what JSON.parse refuses, leading zeros and text behind the document aside', () => {
    const mutated = fc.tuple(
      jsonText,
      fc.nat(),
      fc.nat(3),
      fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '1', '-', '.', 'e', 'a', '\u0001'),
    );
    fc.assert(
      fc.property(mutated, ([original, at, length, insert]) => {
        const start = original.length === 0 ? 0 : at % original.length;
        const text = original.slice(0, start) + insert + original.slice(start + length);
        const scanner = new JsonScanner();
        scanner.reset(text);
        const isRead = succeeds(() => readSchemaless(scanner));
        const whole = text.slice(0, scanner.at).replaceAll(/(?<![\d.eE+u-])(-?)0+(?=\d)/g, '$1');
        // What was read must be JSON once the zeros are gone; those inside strings do not matter here.
        if (isRead) expect(succeeds(() => JSON.parse(whole) as unknown)).toBe(true);
        else expect(succeeds(() => JSON.parse(text) as unknown) && !/[eE][-+]?\d{9}/.test(text)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test('gives numbers that a check lets pass just as JSON.parse does', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        if (mayHoldInexactNumber(text)) return;
        expect(JSON.parse(text)).toStrictEqual(readExactly(text));
      }),
      { numRuns: 5000 },
    );
  });

  test('is asked for every number that JSON.parse blurs', () => {
    fc.assert(
      fc.property(numberLiteral, fc.constantFrom('', '1234', '"abc'), fc.nat(20), (literal, before, length) => {
        const filler = JSON.stringify(`${before}${'x'.repeat(length)}`);
        const text = `{${filler}:${literal},"b":[${literal}]}`;
        const isBlurred = !Object.is(readExactly(literal), JSON.parse(literal));
        if (isBlurred) expect(mayHoldInexactNumber(text)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test('is asked for such a number also among many short ones', () => {
    fc.assert(
      fc.property(numberLiteral, fc.nat(200), fc.constantFrom('', ' ', '\n'), (literal, at, blank) => {
        const literals = Array.from({ length: 200 }, (_, index) => String(index % 10));
        literals.splice(at, 0, `${literal}${blank}`);
        const isBlurred = !Object.is(readExactly(literal), JSON.parse(literal));
        if (isBlurred) expect(mayHoldInexactNumber(`[${literals.join(',')}]`)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test('is not asked for usual numbers, UUIDs and hexadecimal text', () => {
    const text = JSON.stringify({
      id: '550e8400-e29b-41d4-a716-446655440000',
      digest: '3e8a1e5f00e1',
      micros: 1_700_000_000_123_456,
      ratio: 0.300_000_000_000_000_04,
      price: 149.95,
      version: '1.0',
    });
    expect(mayHoldInexactNumber(text)).toBe(false);
  });
});

describe('JsonConverter', () => {
  test.each([{}, { 'decimal.format': 'NUMERIC' }, { strict: 'true' }, { 'schemas.cache.size': '0' }])(
    'reads back what it wrote, with its schema: %j',
    (config) => {
      const json = converter(config);
      fc.assert(
        fc.property(schemaAndValues, ([schema, values]) => {
          for (const value of values) {
            const bytes = json.fromConnectData('t', schema, value);
            const back = json.toConnectData('t', bytes);
            expect(back.schema).toBe(schema);
            expect(valuesEqual(back.value, value)).toBe(true);
          }
        }),
        { numRuns: 400 },
      );
    },
  );

  test('reads back what it wrote without a schema', () => {
    const json = converter({ 'schemas.enable': 'false' });
    fc.assert(
      fc.property(jsonText, (text) => {
        // An infinity is written as text, and a negative zero is read as zero.
        fc.pre(!/[eE][-+]?\d{3}/.test(text));
        const value = readExactly(text);
        const bytes = json.fromConnectData('t', null, value);
        expect(valuesEqual(json.toConnectData('t', bytes).value, value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('writes plain data the same way in haste as with care', () => {
    const value = fc.anything({
      withBigInt: true,
      withNullPrototype: true,
      key: fc.string({ unit: 'binary', maxLength: 5 }),
      values: [
        fc.string({ unit: 'binary' }),
        fc.double(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.constant(new TypedNumber('int8', 1)),
      ],
    });
    fc.assert(
      fc.property(value, (data) => {
        fc.pre(succeeds(() => schemalessText(data)));
        expect(schemalessBytes(data).toString()).toBe(Buffer.from(schemalessText(data)).toString());
      }),
      { numRuns: 2000 },
    );
  });

  test('reads a FLOAT32 as the float nearest to its literal', () => {
    const json = converter({ 'schema.content': '{"type":"float"}' });
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (float) => {
        const bytes = json.fromConnectData('t', Schema.FLOAT32_SCHEMA, float) as Buffer;
        const payload = bytes.subarray(bytes.indexOf('"payload":') + 10, -1);
        expect(json.toConnectData('t', payload).value).toBe(float + 0);
      }),
    );
  });
});

function succeeds(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof SerializationException) return false;
    if (error instanceof Error && error.name === 'DataException') return false;
    throw error;
  }
}
