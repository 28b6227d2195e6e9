import { ConnectTimestamp, Schema, TypedNumber } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import {
  dailyPartitioner,
  DefaultPartitioner,
  FieldPartitioner,
  hourlyPartitioner,
  RecordFieldTimestampExtractor,
  RecordTimestampExtractor,
  TimePartitioner,
  type TimestampExtractor,
  TimeZone,
  WallclockTimestampExtractor,
} from '../src/index.ts';
import { record, structRecord } from './records.ts';

const recordTime = new RecordTimestampExtractor();

function timePartitioner(
  pathFormat: string,
  options: { durationMs?: number; timezone?: string; locale?: string; timestamp?: TimestampExtractor } = {},
) {
  return new TimePartitioner({ pathFormat, durationMs: 3_600_000, timezone: 'UTC', locale: 'en-US', timestamp: recordTime, ...options });
}

describe('DefaultPartitioner', () => {
  it('names the partition', () => {
    expect(new DefaultPartitioner().encode(record())).toBe('partition=3');
  });
});

describe('FieldPartitioner', () => {
  it('joins the fields in the order of the configuration', () => {
    const partitioner = new FieldPartitioner({ fields: ['paid', 'country', 'count'] });

    const encoded = partitioner.encode(
      structRecord({ country: [Schema.STRING_SCHEMA, 'CH'], paid: [Schema.BOOLEAN_SCHEMA, true], count: [Schema.INT64_SCHEMA, 7] }),
    );

    expect(encoded).toBe('paid=true/country=CH/count=7');
  });

  it('reads nested fields and writes null for an unset one', () => {
    const inner = structRecord({ city: [Schema.OPTIONAL_STRING_SCHEMA, null] });
    const outer = structRecord({ address: [inner.valueSchema!, inner.value] });

    expect(new FieldPartitioner({ fields: ['address.city'] }).encode(outer)).toBe('address.city=null');
  });

  it('does not escape a delimiter inside of a value', () => {
    const partitioner = new FieldPartitioner({ fields: ['path'] });

    expect(partitioner.encode(structRecord({ path: [Schema.STRING_SCHEMA, 'a/b'] }))).toBe('path=a/b');
  });

  it('refuses a missing field, a fraction, a value without schema and no fields', () => {
    const partitioner = new FieldPartitioner({ fields: ['price'] });

    expect(() => partitioner.encode(structRecord({ other: [Schema.INT8_SCHEMA, 1] }))).toThrow('Field "price" does not exist');
    expect(() => partitioner.encode(structRecord({ price: [Schema.FLOAT64_SCHEMA, 1.5] }))).toThrow('cannot name a directory');
    expect(() => partitioner.encode(record({ value: { price: 1 } }))).toThrow('need a value with a schema');
    expect(() => new FieldPartitioner({ fields: [] })).toThrow('at least one field');
    expect(() => new FieldPartitioner({ fields: ['a..b'] })).toThrow('blank part');
  });
});

describe('TimePartitioner', () => {
  it('writes the start of the bucket by the pattern', () => {
    const partitioner = timePartitioner("'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH/mm/");

    expect(partitioner.encode(record({ timestamp: Date.UTC(2026, 10, 25, 17, 42) }))).toBe('year=2026/month=11/day=25/hour=17/00');
  });

  it('counts buckets in local time', () => {
    const daily = dailyPartitioner({ timezone: 'Asia/Kolkata', locale: 'en', timestamp: recordTime });

    expect(daily.encode(record({ timestamp: Date.UTC(2026, 0, 31, 18, 29) }))).toBe('year=2026/month=01/day=31');
    expect(daily.encode(record({ timestamp: Date.UTC(2026, 0, 31, 18, 30) }))).toBe('year=2026/month=02/day=01');
  });

  it('puts the two hours of a clock that is set back into one directory', () => {
    const hourly = hourlyPartitioner({ timezone: 'America/Los_Angeles', locale: 'en', timestamp: recordTime });
    const paths = [8, 9, 10].map((hour) => hourly.encode(record({ timestamp: Date.UTC(2026, 10, 1, hour, 30) })));

    expect(paths).toEqual(['year=2026/month=11/day=01/hour=01', 'year=2026/month=11/day=01/hour=01', 'year=2026/month=11/day=01/hour=02']);
  });

  it('leaves out the hour that a clock skips', () => {
    const hourly = hourlyPartitioner({ timezone: 'Europe/Zurich', locale: 'en', timestamp: recordTime });
    const paths = [0, 1].map((hour) => hourly.encode(record({ timestamp: Date.UTC(2026, 2, 29, hour, 30) })));

    expect(paths.map((path) => path.slice(-7))).toEqual(['hour=01', 'hour=03']);
  });

  it('takes YYYY for the year and xxxx for that of the week', () => {
    const partitioner = timePartitioner('YYYY-DDD xxxx-ww-e');

    expect(partitioner.encode(record({ timestamp: Date.UTC(2027, 0, 1) }))).toBe('2027-001 2026-53-5');
  });

  it('writes names in the language of the locale, quotes, halves of the day and offsets', () => {
    const partitioner = timePartitioner("EEEE d MMMM 'o''clock' hh a Z ''", { timezone: '+02:00', locale: 'de_DE' });

    expect(partitioner.encode(record({ timestamp: Date.UTC(2026, 2, 1, 13) }))).toBe("Sonntag 1 März o'clock 03 PM +0200 '");
  });

  it('buckets by any duration', () => {
    const partitioner = timePartitioner('HH-mm', { durationMs: 900_000 });

    expect(partitioner.encode(record({ timestamp: Date.UTC(2026, 2, 1, 13, 44, 59, 999) }))).toBe('13-30');
  });

  it('is as deterministic as its extractor', () => {
    expect(timePartitioner('YYYY').isDeterministic).toBe(true);
    expect(timePartitioner('YYYY', { timestamp: new WallclockTimestampExtractor() }).isDeterministic).toBe(false);
  });

  it.each([
    ['YYYY', { durationMs: 0 }, 'partition.duration.ms must be at least 1, got 0'],
    ['', {}, 'path.format must name at least one directory'],
    ['/', {}, 'path.format must name at least one directory'],
    ['year=YYYY', {}, 'the letter r'],
    ["'year", {}, 'quote that does not end'],
    ['YYYY', { timezone: 'Mars/Base' }, 'timezone must be a zone'],
    ['YYYY', { timezone: '' }, 'timezone must not be blank'],
    ['YYYY', { locale: '!' }, 'locale must be a language tag'],
  ])('refuses %s with %o', (pattern, options, message) => {
    expect(() => timePartitioner(pattern, options)).toThrow(message);
  });
});

describe('TimeZone', () => {
  it('takes the earlier of two moments and moves out of a gap', () => {
    const zone = new TimeZone('America/Sao_Paulo');
    // Midnight of 4 November 2018 did not exist there; 17 February 2018 had its last hour twice.
    expect(zone.toUtc(Date.UTC(2018, 10, 4))).toBe(Date.UTC(2018, 10, 4, 3));
    expect(zone.toUtc(Date.UTC(2018, 1, 17, 23, 30))).toBe(Date.UTC(2018, 1, 18, 1, 30));
  });
});

describe('timestamp extractors', () => {
  it('give the wall clock or the record time', () => {
    expect(new WallclockTimestampExtractor(() => 42).extract()).toBe(42);
    expect(recordTime.extract(record({ timestamp: 7 }))).toBe(7);
    expect(() => recordTime.extract(record({ timestamp: null }))).toThrow('at offset 120 of orders-3 has no timestamp');
  });

  const field = new RecordFieldTimestampExtractor('at');

  it.each([
    [ConnectTimestamp.SCHEMA, new Date(1234), 1234],
    [Schema.INT64_SCHEMA, 5, 5],
    [Schema.INT32_SCHEMA, 6, 6],
    [Schema.STRING_SCHEMA, '-77', -77],
    [Schema.STRING_SCHEMA, '1234567890123', 1_234_567_890_123],
    [Schema.STRING_SCHEMA, '2026-11-25', Date.UTC(2026, 10, 25)],
    [Schema.STRING_SCHEMA, '2026-11-25T17:01:02.345+02:00', Date.UTC(2026, 10, 25, 15, 1, 2, 345)],
    [Schema.STRING_SCHEMA, '2026-11-25T17:30Z', Date.UTC(2026, 10, 25, 17, 30)],
    [Schema.STRING_SCHEMA, '2026-W01-1', Date.UTC(2025, 11, 29)],
    [Schema.STRING_SCHEMA, '2026-060T12.5', Date.UTC(2026, 2, 1, 12, 30)],
  ])('read %s %s from a field', (schema, value, millis) => {
    expect(field.extract(structRecord({ at: [schema, value] }))).toBe(millis);
  });

  it('read maps and plain objects, at any depth', () => {
    const nested = new RecordFieldTimestampExtractor('a.b');

    expect(nested.extract(record({ value: { a: { b: 9 } } }))).toBe(9);
    expect(nested.extract(record({ value: new Map([['a', new Map([['b', '10']])]]) }))).toBe(10);
  });

  it.each([
    [structRecord({ at: [Schema.FLOAT64_SCHEMA, 1] }), 'Schema{FLOAT64}'],
    [structRecord({ at: [Schema.STRING_SCHEMA, '2026-02-30'] }), 'Schema{STRING}'],
    [structRecord({ at: [Schema.OPTIONAL_INT64_SCHEMA, null] }), 'got null'],
    [record({ value: { at: new TypedNumber('float64', 1) } }), 'holds no time'],
    [record({ value: { other: 1 } }), 'Field "at" does not exist'],
    [record({ value: 'text' }), 'neither a struct nor a map'],
  ])('refuse what is no time: %#', (bad, message) => {
    expect(() => field.extract(bad)).toThrow(message);
  });
});
