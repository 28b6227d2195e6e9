import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BigDecimal,
  ConnectDate,
  ConnectDecimal,
  ConnectTime,
  ConnectTimestamp,
  Schema,
  SchemaAndValue,
  SchemaBuilder,
  TypedNumber,
  Values,
} from '@millrace/api';

const { parseString } = Values;
const untypedArray = Schema.of({ type: 'array' });

function arrayOf(element: Schema): Schema {
  return SchemaBuilder.array(element).build();
}

function mapOf(keySchema: Schema | null, valueSchema: Schema | null): Schema {
  return Schema.of({ type: 'map', keySchema, valueSchema });
}

/** Schema and value, since SchemaAndValue has no others. */
function parsed(text: string): [Schema | null, unknown] {
  const { schema, value } = parseString(text);
  return [schema, value];
}

describe('Values.parseString', () => {
  it.each([
    ['127', Schema.INT8_SCHEMA, 127],
    ['128', Schema.INT16_SCHEMA, 128],
    ['-40000', Schema.INT32_SCHEMA, -40_000],
    ['3000000000', Schema.INT64_SCHEMA, 3_000_000_000],
    ['9007199254740993', Schema.INT64_SCHEMA, 9_007_199_254_740_993n],
    ['9223372036854775808', ConnectDecimal.schema(0), new BigDecimal(9_223_372_036_854_775_808n, 0)],
    ['1.0', Schema.INT8_SCHEMA, 1],
    ['1e3', Schema.INT16_SCHEMA, 1000],
    ['9223372036854775807.0', Schema.INT64_SCHEMA, 9_223_372_036_854_775_807n],
    ['9223372036854775808.0', Schema.FLOAT32_SCHEMA, 2 ** 63],
    ['1.5', Schema.FLOAT32_SCHEMA, 1.5],
    ['1.23456789012345', Schema.FLOAT32_SCHEMA, Math.fround(1.234_567_9)],
    ['1e40', Schema.FLOAT64_SCHEMA, 1e40],
    ['1e1000', ConnectDecimal.schema(-1000), new BigDecimal(1n, -1000)],
    ['1e2000000000', ConnectDecimal.schema(-2_000_000_000), new BigDecimal(1n, -2_000_000_000)],
    ['1e-2000000000', Schema.FLOAT32_SCHEMA, 0],
    ['007', Schema.INT8_SCHEMA, 7],
    ['+5', Schema.INT8_SCHEMA, 5],
    ['  5  ', Schema.INT8_SCHEMA, 5],
    ['٣', Schema.INT8_SCHEMA, 3],
    ['true', Schema.BOOLEAN_SCHEMA, true],
    [' false\t', Schema.BOOLEAN_SCHEMA, false],
  ])('reads %j as the smallest type that holds it', (text, schema, value) => {
    expect(parsed(text)).toEqual([schema, value]);
  });

  it.each([
    '',
    ' ',
    'abc',
    '"abc"',
    '0x10',
    'NaN',
    '1f',
    '- 5',
    'tru',
    'NULL',
    '.5',
    '1e',
    '12abc',
    'null,1',
    'http://x.y/z?a=1',
    '10.0.0.1',
    'a\\,b',
  ])('leaves %j a text', (text) => {
    expect(parsed(text)).toEqual([Schema.STRING_SCHEMA, text]);
  });

  it('finds no value in the word null, nor in null', () => {
    expect(parseString('null')).toBe(SchemaAndValue.NULL);
    expect(parseString(' null ')).toBe(SchemaAndValue.NULL);
    expect(parseString(null)).toBe(SchemaAndValue.NULL);
  });

  it.each([
    ['2019-08-23', ConnectDate.SCHEMA, 18_131],
    ['2019-13-23', ConnectDate.SCHEMA, 18_284],
    ['1000-01-01', ConnectDate.SCHEMA, -354_280],
    ['19-08-0023', ConnectDate.SCHEMA, -712_356],
    ['14:34:54.346Z', ConnectTime.SCHEMA, 52_494_346],
    ['24:00:00.000Z', ConnectTime.SCHEMA, 86_400_000],
    ['2019-08-23T14:34:54.346Z', ConnectTimestamp.SCHEMA, 1_566_570_894_346],
  ])('reads the date %s leniently', (text, schema, value) => {
    expect(parsed(text)).toEqual([schema, value]);
  });

  it.each(['2019-08-23T14:34:54Z', '2019-8-23', '10000-01-01', '2019/08/23', 'x4:34:54.346Z'])('takes %j for no date', (text) => {
    expect(parsed(text)).toEqual([Schema.STRING_SCHEMA, text]);
  });

  it('leaves a date a text that no JavaScript Date can hold', () => {
    expect(parsed('999999-1-1')).toEqual([Schema.STRING_SCHEMA, '999999-1-1']);
  });

  it.each([
    ['[]', untypedArray, []],
    ['[null]', untypedArray, [null]],
    ['[1,2,300]', arrayOf(Schema.INT16_SCHEMA), [1, 2, 300]],
    ['[1,2.5]', arrayOf(Schema.FLOAT32_SCHEMA), [1, 2.5]],
    ['[1,]', arrayOf(Schema.INT8_SCHEMA), [1]],
    ['[1,"a"]', untypedArray, [new TypedNumber('int8', 1), 'a']],
    ['[1,3000000000,"a"]', untypedArray, [new TypedNumber('int8', 1), 3_000_000_000, 'a']],
    ['["2019-08-23"]', arrayOf(ConnectDate.SCHEMA), [18_131]],
    ['["2019-08-23","x"]', untypedArray, [new Date('2019-08-23'), 'x']],
    ['[1,2019-08-23]', arrayOf(ConnectDate.SCHEMA), [1, 18_131]],
    ['["a\\"b"]', arrayOf(Schema.STRING_SCHEMA), ['a\\"b']],
    ['[[1],[2]]', arrayOf(arrayOf(Schema.INT8_SCHEMA)), [[1], [2]]],
    ['[[1],["a"]]', arrayOf(arrayOf(Schema.STRING_SCHEMA)), [[new TypedNumber('int8', 1)], ['a']]],
    ['[[3000000000],[1]]', arrayOf(arrayOf(Schema.INT8_SCHEMA)), [[new TypedNumber('int64', 3_000_000_000)], [1]]],
  ])('reads the list %s', (text, schema, value) => {
    expect(parsed(text)).toEqual([schema, value]);
  });

  it.each([
    ['{}', mapOf(null, null), []],
    [
      '{"a":1,"b":300}',
      mapOf(Schema.STRING_SCHEMA, Schema.INT16_SCHEMA),
      [
        ['a', 1],
        ['b', 300],
      ],
    ],
    [
      '{"a":1 "b":2}',
      mapOf(Schema.STRING_SCHEMA, Schema.INT8_SCHEMA),
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
    [
      '{"a":1,"b":"x"}',
      mapOf(Schema.STRING_SCHEMA, null),
      [
        ['a', new TypedNumber('int8', 1)],
        ['b', 'x'],
      ],
    ],
    ['{"a":null}', mapOf(Schema.STRING_SCHEMA, null), [['a', null]]],
    [
      '{1:1,300:2}',
      mapOf(Schema.INT16_SCHEMA, Schema.INT8_SCHEMA),
      [
        [1, 1],
        [300, 2],
      ],
    ],
    ['{[1]:2,[1]:3}', mapOf(arrayOf(Schema.INT8_SCHEMA), Schema.INT8_SCHEMA), [[[1], 3]]],
    ['{1:1,1970-01-02:2}', mapOf(ConnectDate.SCHEMA, Schema.INT8_SCHEMA), [[1, 2]]],
  ])('reads the map %s', (text, schema, entries) => {
    const { schema: found, value } = parseString(text);

    expect(found).toBe(schema);
    expect([...(value as Map<unknown, unknown>)]).toEqual(entries);
  });

  it.each([
    '[1,null]',
    '[a,b]',
    '[,1]',
    '[1,2',
    '[1 2]',
    '[tru]',
    '{"a":1,"b":null}',
    '{a:1}',
    '{null:1}',
    '{"a"}',
    '{"a":}',
    '{,}',
    '[2019-08-23,40000]',
  ])('leaves %j a text, since a part of it is no value', (text) => {
    expect(parsed(text)).toEqual([Schema.STRING_SCHEMA, text]);
  });

  it('leaves a text what is nested too deeply, whoever sends it', () => {
    const deep = '['.repeat(200_000);
    expect(parsed(deep)).toEqual([Schema.STRING_SCHEMA, deep]);
    const closed = '['.repeat(10_000) + ']'.repeat(10_000);
    expect(parsed(closed)).toEqual([Schema.STRING_SCHEMA, closed]);
  });

  it.each([
    ['1,2', Schema.INT8_SCHEMA, 1],
    ['1::2', Schema.INT8_SCHEMA, 1],
    ['2019-08-23,x', ConnectDate.SCHEMA, 18_131],
    ['[1,2] x', arrayOf(Schema.INT8_SCHEMA), [1, 2]],
    ['14:34:54.346', Schema.INT8_SCHEMA, 14],
    ['[" "]', arrayOf(Schema.STRING_SCHEMA), ['']],
  ])('drops the rest of %j, as Kafka does, unless it is asked to be lossless', (text, schema, value) => {
    expect(parsed(text)).toEqual([schema, value]);

    const lossless = parseString(text, { lossless: true });
    expect([lossless.schema, lossless.value]).toEqual(text === '[" "]' ? [schema, [' ']] : [Schema.STRING_SCHEMA, text]);
  });

  it('takes blanks at the end for no loss', () => {
    expect(parseString('[1,2] \n', { lossless: true }).value).toEqual([1, 2]);
    expect(parseString(' 5 ', { lossless: true }).value).toBe(5);
  });

  it('never fails, whatever the text', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ':',
      ',',
      '"',
      '\\',
      ' ',
      'null',
      'true',
      '1',
      '-2.5',
      '1e40',
      '2019-08-23',
      '14:34:54.346Z',
      'a',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, lossless) => {
        const text = pieces.join('');

        const { schema, value } = parseString(text, { lossless });

        if (value === null) expect(text.trim()).toBe('null');
        if (schema?.type === 'string' && lossless) expect(value).toBe(text);
      }),
    );
  });

  it('reads back the text of what it can tell from its text', () => {
    const leaf = fc.oneof(
      fc.boolean(),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).filter((value) => Math.abs(value) > 0x8000),
    );
    const value = fc.oneof(leaf, fc.array(fc.boolean(), { minLength: 1 }), fc.array(leaf.filter(Number.isInteger), { minLength: 1 }));
    fc.assert(
      fc.property(value, (written) => {
        expect(parseString(Values.convertToString(null, written)).value).toEqual(written);
      }),
    );
  });

  it('reads back every date, time and timestamp since 1970', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_932_896 }), fc.integer({ min: 1, max: 86_399_999 }), (days, millis) => {
        expect(parsed(Values.convertToString(ConnectDate.SCHEMA, days) as string)).toEqual([ConnectDate.SCHEMA, days]);
        expect(parsed(Values.convertToString(ConnectTime.SCHEMA, millis) as string)).toEqual([ConnectTime.SCHEMA, millis]);
        const timestamp = days * 86_400_000 + millis;
        expect(parsed(Values.convertToString(ConnectTimestamp.SCHEMA, timestamp) as string)).toEqual([ConnectTimestamp.SCHEMA, timestamp]);
      }),
    );
  });
});
