import { isBigDecimal, isStruct, type SourceRecord, type Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { dayTime } from '../../src/types/temporal.ts';
import type { Run } from '../support/run.ts';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres((server) =>
  server.psql(`CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION ltree;
    CREATE TYPE mood AS ENUM ('sad', 'so so'); CREATE DOMAIN year AS int CHECK (VALUE > 1900); CREATE TYPE pair AS (a int, b text);`),
);

let tables = 0;

/** What a column gives: its records, and what COPY writes of it. Null stands for SQL's NULL. */
async function read(
  type: string,
  literals: readonly string[],
  props: Record<string, string>,
): Promise<{ run: Run; records: SourceRecord[]; copied: (string | null)[] }> {
  const table = `types_${(tables += 1)}`;
  const rows = literals.map((literal) => `(${literal})`).join(', ');
  await database.server.psql(`CREATE TABLE ${table} (c ${type}); INSERT INTO ${table} VALUES ${rows}, (NULL)`);
  const run = await database.started({ mode: 'bulk', 'table.whitelist': table, 'poll.interval.ms': '60000', ...props });
  const records = await run.take(literals.length + 1);
  const text = await database.server.psql(`SET timezone='UTC'; SET intervalstyle='iso_8601'; COPY ${table} TO STDOUT`);
  return { run, records, copied: text.replace(/\n$/, '').split('\n').map(unescaped) };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' };

function unescaped(field: string): string | null {
  return field === '\\N' ? null : field.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}

const valueOf = (record: SourceRecord): unknown => (record.value as Struct).values[0];
const plain = (value: unknown): string => (isBigDecimal(value) ? value.toPlainString() : String(value));
const flag = (value: unknown): string => (value === true ? 't' : 'f');
const bytes = (value: unknown): string => `\\x${(value as Buffer).toString('hex')}`;
/** PostgreSQL writes the shortest text that reads back, with another exponent form than JavaScript. */
const double = (value: unknown): string => (Object.is(value, -0) ? '-0' : String(value).replace(/e([+-])(\d)$/, 'e$10$2'));

/** The shortest decimal that reads back as the same float. */
function float(value: unknown): string {
  if (!Number.isFinite(value) || value === 0) return double(value);
  const digits = [6, 7, 8, 9].find((count) => Math.fround(Number((value as number).toPrecision(count))) === value);
  return double(Number((value as number).toPrecision(digits)));
}

function date(day: unknown): string {
  if (day === 2_147_483_647) return 'infinity';
  return day === -2_147_483_648 ? '-infinity' : dayText(Number(day));
}

/** By JavaScript's calendar within its range, so that this is not the code under test. */
function dayText(day: number): string {
  const era = 146_097;
  const cycles = Math.floor(day / era);
  const within = new Date((day - cycles * era) * 86_400_000);
  const year = within.getUTCFullYear() + cycles * 400;
  const rest = within.toISOString().slice(4, 10);
  return year > 0 ? `${String(year).padStart(4, '0')}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}

function time(micros: unknown): string {
  const seconds = Math.floor(Number(micros) / 1e6);
  const two = (value: number): string => String(value).padStart(2, '0');
  const fraction = Number(micros) % 1e6 === 0 ? '' : `.${String(Number(micros) % 1e6).padStart(6, '0')}`.replace(/0+$/, '');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}

const timestamp =
  (zone: string) =>
  (micros: unknown): string => {
    if (micros === 2n ** 63n - 1n) return 'infinity';
    if (micros === -(2n ** 63n)) return '-infinity';
    const { day, micros: ofDay } = dayTime(micros as number | bigint);
    const [digits = '', era] = dayText(day).split(' ');
    return `${digits} ${time(ofDay)}${zone}${era === undefined ? '' : ` ${era}`}`;
  };

const array =
  (element: (value: unknown) => string) =>
  (value: unknown): string =>
    `{${(value as unknown[]).map((item) => (Array.isArray(item) ? array(element)(item) : item === null ? 'NULL' : element(item))).join()}}`;

const quotedText = (value: unknown): string => {
  const text = String(value);
  return text === '' || /[{},"\\\s]/.test(text) || text.toUpperCase() === 'NULL' ? `"${text.replaceAll(/(["\\])/g, '\\$1')}"` : text;
};

const tricky = "'', 'NULL', 'quote \" back \\ slash', 'né 😀 漢字', E'tab\\tline\\nend', '{}', '\\N'".split(', ');
const stamps = [
  "'infinity'",
  "'-infinity'",
  "'4713-01-01 00:00:00 BC'",
  "'294246-12-31 23:59:59.999999'",
  "'1969-12-31 23:59:59.999999'",
  "'2000-01-01'",
  "'0001-01-01 00:00:00.5 BC'",
  "'1582-10-14 12:00'",
];

/** Type, literals, and how PostgreSQL writes a value of the native mapping. */
const native: [string, string[], (value: unknown) => string][] = [
  ['boolean', ['true', 'false'], flag],
  ['smallint', ['-32768', '0', '32767'], plain],
  ['integer', ['-2147483648', '0', '2147483647'], plain],
  [
    'bigint',
    ['-9223372036854775808', '-9007199254740993', '-1', '0', '4294967296', '9007199254740991', '9007199254740992', '9223372036854775807'],
    plain,
  ],
  ['oid', ['0', '4294967295'], plain],
  ['real', ["'NaN'", "'Infinity'", "'-Infinity'", "'-0'", '0.1', '3.4028235e38'], float],
  ['double precision', ["'NaN'", "'Infinity'", "'-Infinity'", "'-0'", '0.1', '1.7976931348623157e308', '5e-324', '123456789.125'], double],
  [
    'numeric',
    [
      "'NaN'",
      "'Infinity'",
      "'-Infinity'",
      '0',
      '0.00',
      '-0.5',
      '1e-300',
      '1e300',
      '123456789012345678901234567890.123456789',
      '10000',
      '0.0001',
      '99999999',
      '-12345.678900',
    ],
    plain,
  ],
  ['numeric(12,4)', ['0', '0.0001', '-0.0001', '99999999.9999', '-12345.6', '10000.0001', '100000000 / 2'], plain],
  ['numeric(40,10)', ['123456789012345678901234567890.0123456789', '-1', '0'], plain],
  ['numeric(20,0)', ['99999999999999999999', '-10000', '0'], plain],
  ['char(5)', ["'ab'", "''"], plain],
  ['varchar(20)', tricky, plain],
  ['text', [...tricky, "repeat('x', 200000)"], plain],
  ['name', ["'n'"], plain],
  ['"char"', ["'x'"], plain],
  ['mood', ["'sad'", "'so so'"], plain],
  ['year', ['1999'], plain],
  ['xml', ['\'<?xml version="1.0" encoding="UTF-8"?><a>é</a>\'', "'<b/>'"], plain],
  ['json', ["'null'", '\'{"a": [1,  2]}\''], plain],
  ['jsonb', ["'null'", '\'{"b": 1, "a": "é"}\''], plain],
  ['uuid', ["'00000000-0000-0000-0000-000000000000'", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"], plain],
  ['bytea', ["''", "'\\x00ff10'", "decode(repeat('ab', 100000), 'hex')"], bytes],
  [
    'date',
    ["'infinity'", "'-infinity'", "'4713-01-01 BC'", "'5874897-12-31'", "'0001-12-31 BC'", "'1970-01-01'", "'2000-02-29'", "'1582-10-14'"],
    date,
  ],
  ['time', ["'00:00'", "'24:00'", "'23:59:59.999999'", "'12:00:00.5'"], time],
  ['timetz', ["'12:00:00.25+15:59'", "'00:00-15:59'", "'24:00+00'"], plain],
  ['timestamp', stamps, timestamp('')],
  ['timestamptz', stamps, timestamp('+00')],
  ['interval', ["'1 year -2 months 3 days -04:05:06.789'", "'0'", "'-178000000 years'"], plain],
  ['bit(1)', ["B'1'", "B'0'"], plain],
  ['bit(12)', ["B'101010101010'"], plain],
  ['varbit', ["B''", "B'1'", "B'101010101'"], plain],
  ['int[]', ["'{}'", "'{1,NULL,3}'"], array(plain)],
  ['bigint[][]', ["'{{1,2},{3,NULL}}'", "'{}'"], array(plain)],
  ['text[]', ["ARRAY['', 'NULL', 'a\"b', 'c\\d', 'e,f', '{g}', NULL, 'x y']"], array(quotedText)],
  ['mood[]', ['\'{sad,"so so"}\''], array(quotedText)],
  ['boolean[]', ["'{t,f,NULL}'"], array(flag)],
  ['numeric(8,2)[]', ["'{1.5,NULL,-0.01}'"], array(plain)],
  ['timestamptz[]', ["'{2024-01-01 00:00:00.123456+00}'"], array((value) => `"${timestamp('+00')(value)}"`)],
  ['inet[]', ["'{10.0.0.1,::1}'"], plain],
  ['int4range', ["'[1,5)'", "'empty'", "'(,3)'"], plain],
  ['int4multirange', ["'{[1,3),[5,7)}'"], plain],
  ['inet', ["'192.168.0.1/24'", "'::1'"], plain],
  ['cidr', ["'10.0.0.0/8'"], plain],
  ['macaddr', ["'08:00:2b:01:02:03'"], plain],
  ['point', ["'(1.5,-2)'"], plain],
  ['citext', ["'Ab'"], plain],
  ['ltree', ["'a.b.c'"], plain],
  ['tsvector', ["'a fat cat'"], plain],
  ['pg_lsn', ["'16/B374D848'"], plain],
  ['regclass', ["'pg_class'"], plain],
  ['money', ["'1234567.89'::numeric::money", "'-92233720368547758.08'"], (value) => moneyText(plain(value))],
  [
    'hstore',
    ['\'"a"=>"1"\'', '\'"k"=>NULL\'', "''"],
    (value) =>
      [...(value as Map<string, string | null>)].map(([key, item]) => `"${key}"=>${item === null ? 'NULL' : `"${item}"`}`).join(', '),
  ],
  ['pair', ["ROW(1, 'x y')", "ROW(NULL, 'z')"], pairText],
  ['pair[]', ["ARRAY[ROW(1, 'z')::pair]"], array((value) => `"${pairText(value)}"`)],
];

/** As lc_monetary=C has it. */
function moneyText(text: string): string {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return `${text.startsWith('-') ? '-' : ''}$${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}

function pairText(value: unknown): string {
  if (!isStruct(value)) return 'no struct';
  const [a, b] = value.values;
  return `(${a === null ? '' : plain(a)},${quotedText(b)})`;
}

describe('type.mapping=native', () => {
  it.each(native)('reads %s as COPY writes it', async (type, literals, show) => {
    const { records, copied } = await read(type, literals, { 'type.mapping': 'native' });
    const values = records.map(valueOf);

    expect(values.map((value) => (value === null ? null : show(value)))).toEqual(copied.map((text) => text));
    for (const record of records) record.valueSchema?.conform(record.value);
  });

  it('leaves no column out', async () => {
    const { run } = await read('inet', ["'::1'"], { 'type.mapping': 'native' });

    expect(run.log.lines).toEqual([]);
  });
});

describe('type.mapping=compat', () => {
  it('leaves columns of other types out, with one warning that names them', async () => {
    await database.server.psql(
      "CREATE TABLE dropped (id int, tags text[], at interval, addr inet); INSERT INTO dropped VALUES (1, '{a}', '1 day', '::1')",
    );
    const run = await database.started({ mode: 'bulk', 'table.whitelist': 'dropped' });

    const records = await run.take(3);

    expect(records[0]?.valueSchema?.fields.map(({ name }) => name)).toEqual(['id']);
    expect(run.log.lines).toEqual([expect.stringContaining('tags (_text), at (interval), addr (inet)')]);
  });

  const decimal = (scale: number): object => ({ type: 'bytes', name: 'org.apache.kafka.connect.data.Decimal', scale });
  it.each([
    ['numeric(18,0)', 'none', decimal(0)],
    ['numeric(2,0)', 'precision_only', { type: 'int8', name: null, scale: null }],
    ['numeric(4,0)', 'best_fit', { type: 'int16', name: null, scale: null }],
    ['numeric(9,0)', 'precision_only', { type: 'int32', name: null, scale: null }],
    ['numeric(18,0)', 'PRECISION_ONLY', { type: 'int64', name: null, scale: null }],
    ['numeric(19,0)', 'best_fit', decimal(0)],
    ['numeric(18,2)', 'precision_only', decimal(2)],
    ['numeric(18,2)', 'best_fit', { type: 'float64', name: null, scale: null }],
    ['numeric(19,2)', 'best_fit', decimal(2)],
    ['numeric(19,2)', 'best_fit_eager_double', { type: 'float64', name: null, scale: null }],
    ['numeric', 'best_fit', decimal(127)],
  ])('maps %s by numeric.mapping=%s', async (type, mapping, expected) => {
    const { records } = await read(type, ['7'], { 'numeric.mapping': mapping });
    const schema = records[0]?.valueSchema?.field('c')?.schema;
    const value = valueOf(records[0] as SourceRecord);

    expect({
      type: schema?.type,
      name: schema?.name,
      scale: schema?.parameters?.get('scale') === undefined ? null : Number(schema.parameters.get('scale')),
    }).toEqual(expected);
    expect(Number(isBigDecimal(value) ? value.toNumber() : value)).toBe(7);
  });

  it.each([
    ['connect_logical', [1_704_067_200_123, -1]],
    ['micros_long', [1_704_067_200_123_456, -1]],
    ['micros_string', ['1704067200123456', '-1']],
    ['micros_iso_datetime_string', ['2024-01-01T01:00:00.123456', '1970-01-01T00:59:59.999999']],
    ['nanos_long', [1_704_067_200_123_456_000n, -1000]],
    ['nanos_string', ['1704067200123456000', '-1000']],
    ['nanos_iso_datetime_string', ['2024-01-01T01:00:00.123456000', '1970-01-01T00:59:59.999999000']],
  ])('gives timestamps as timestamp.granularity=%s, by clocks of db.timezone', async (granularity, expected) => {
    const props = { 'timestamp.granularity': granularity, 'db.timezone': 'Europe/Berlin' };
    const withZone = await read('timestamptz', ["'2024-01-01 00:00:00.123456Z'", "'1969-12-31 23:59:59.999999Z'"], props);
    const without = await read('timestamp', ["'2024-01-01 01:00:00.123456'", "'1970-01-01 00:59:59.999999'"], props);

    expect(withZone.records.map(valueOf)).toEqual([...expected, null]);
    expect(without.records.map(valueOf)).toEqual([...expected, null]);
  });

  it.each([
    ['micros_long', 2n ** 63n - 1n],
    ['micros_string', '9224318015999999999'],
    ['connect_logical', '9224318015999999'],
  ])('gives the last timestamp of PostgreSQL as timestamp.granularity=%s', async (granularity, expected) => {
    const { records } = await read('timestamptz', ["'294276-12-31 23:59:59.999999Z'"], { 'timestamp.granularity': granularity });

    expect(Number(valueOf(records[0] as SourceRecord))).toBe(Number(expected));
    for (const record of records) record.valueSchema?.conform(record.value);
  });

  it.each([
    ['LEGACY', [-171_595, -719_530, -141_427]],
    ['PROLEPTIC_GREGORIAN', [-171_605, -719_528, -141_427]],
  ])('numbers old dates by date.calendar.system=%s', async (calendar, expected) => {
    const { records } = await read('date', ["'1500-03-01'", "'0001-01-01 BC'", "'1582-10-15'"], { 'date.calendar.system': calendar });

    expect(records.map(valueOf)).toEqual([...expected, null]);
  });

  it.each([
    ['time', ["'24:00'", "'12:00:00.123999'"], [86_400_000, 43_200_123]],
    ['timetz', ["'12:00+02'", "'01:00+02'"], [36_000_000, 82_800_000]],
    ['money', ["'1234567.89'::numeric::money"], [1_234_567.89]],
    ['bit(1)', ["B'1'"], [true]],
    ['bit(3)', ["B'101'"], [101]],
    ['bit(9)', ["B'101010101'"], [Buffer.from('101010101')]],
    ['timestamptz', ["'infinity'", "'-infinity'"], [9_223_372_036_825_200_000n, -9_223_372_036_832_400_000n]],
  ])('reads %s as Confluent does', async (type, literals, expected) => {
    const { records } = await read(type, literals, {});

    expect(records.map(valueOf)).toEqual([...expected, null]);
    for (const record of records) record.valueSchema?.conform(record.value);
  });

  it.each([
    ['numeric(5,2)', "'NaN'", 'numeric.nan.mode'],
    ['bit(8)', "B'10000000'", 'type.mapping'],
  ])('fails on a %s of %s and names the key that helps', async (type, literal, configKey) => {
    await expect(read(type, [literal], {})).rejects.toMatchObject({ configKey });
  });

  it('reads NaN as null with numeric.nan.mode=null', async () => {
    const { records } = await read('numeric(5,2)', ["'NaN'"], { 'numeric.nan.mode': 'null' });

    expect(records.map(valueOf)).toEqual([null, null]);
  });
});
