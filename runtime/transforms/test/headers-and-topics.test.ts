import { ConfigException, DataException, IllegalArgumentException, IndexOutOfBoundsException, Schema, SourceRecord } from '@millrace/api';
import {
  DropHeaders,
  Filter,
  HasHeaderKey,
  InsertHeader,
  RecordIsTombstone,
  RegexRouter,
  TimestampRouter,
  TopicNameMatches,
} from '@millrace/transforms';
import { describe, expect, test } from 'vitest';
import { configured, recordWith } from './records.ts';

const withHeaders = recordWith(1).withHeaders(
  recordWith(1).headers.duplicate().addString('a', '1').addString('b', '2').addString('a', '3'),
);

function routed(config: Readonly<Record<string, string>>, topic = 'orders'): string {
  return configured(RegexRouter, config).apply(recordWith(1).withTopic(topic)).topic;
}

describe('DropHeaders', () => {
  test('removes every header of the listed keys', () => {
    const { headers } = configured(DropHeaders, { headers: 'a,zz' }).apply(withHeaders);

    expect(Array.from(headers, ({ key }) => key)).toEqual(['b']);
    expect(withHeaders.headers.size).toBe(3);
  });

  test('hands on the same record when there is nothing to remove', () => {
    expect(configured(DropHeaders, { headers: 'A' }).apply(withHeaders)).toBe(withHeaders);
    expect(() => configured(DropHeaders, { headers: '' })).toThrow(ConfigException);
  });
});

describe('InsertHeader', () => {
  test.each([
    ['1', Schema.INT8_SCHEMA, 1],
    ['true', Schema.BOOLEAN_SCHEMA, true],
    ['abc', Schema.STRING_SCHEMA, 'abc'],
    ['null', null, null],
  ])('reads the literal %s with its type', (literal, schema, value) => {
    const { headers } = configured(InsertHeader, { header: 'h', 'value.literal': literal }).apply(withHeaders);

    expect(headers.size).toBe(4);
    expect(headers.lastWithName('h')).toEqual({ key: 'h', schema, value });
    expect(withHeaders.headers.size).toBe(3);
  });
});

describe('RegexRouter', () => {
  test.each([
    ['(.*)', '$1-x', 'orders-x'],
    ['ord', 'x', 'orders'],
    ['(o)(r)(.*)', '$3.$1', 'ders.o'],
    ['(?<n>.*)', '${n}_z', 'orders_z'],
    ['(.*)', 'a\\$1', 'a$1'],
    ['o(x)?.*', '[$1]', '[]'],
    ['o|orders', 'alt', 'altrders'],
    ['(o)(r)(.*)', '$12', 'o2'],
  ])('routes by %s and %s', (regex, replacement, expected) => {
    expect(routed({ regex, replacement })).toBe(expected);
  });

  test('hands on the same record when the topic does not match', () => {
    const record = recordWith(1);
    expect(configured(RegexRouter, { regex: 'x', replacement: 'y' }).apply(record)).toBe(record);
  });

  test('finds a wrong pattern at once and a wrong replacement when a topic matches', () => {
    expect(() => configured(RegexRouter, { regex: '(', replacement: 'x' })).toThrow(
      'Invalid value ( for configuration regex: Invalid regex: ',
    );
    expect(routed({ regex: 'x', replacement: '$7' })).toBe('orders');
    expect(() => routed({ regex: '.*', replacement: '$7' })).toThrow(new IndexOutOfBoundsException('No group 7'));
    expect(() => routed({ regex: '.*', replacement: '${x}' })).toThrow(new IllegalArgumentException('No group with name {x}'));
    expect(() => configured(RegexRouter, { regex: '(?:(a)|.)*', replacement: '$1' })).toThrow(
      'Invalid value $1 for configuration replacement',
    );
  });
});

describe('TimestampRouter', () => {
  test.each([
    [{}, 'orders-20231114'],
    [{ 'topic.format': 'foo-${topic}-${timestamp}', 'timestamp.format': 'yyyyMM' }, 'foo-orders-202311'],
    [{ 'topic.format': 'x' }, 'x'],
    [{ 'timestamp.format': "YYYY-'W'ww" }, 'orders-2023-W46'],
    [{ 'topic.format': '${timestamp}${topic}$1', 'timestamp.format': "'$&'" }, '$&orders$1'],
  ])('with %o routes to %s', (config, topic) => {
    expect(configured(TimestampRouter, config).apply(recordWith(1)).topic).toBe(topic);
  });

  test('needs a timestamp, and finds a wrong format with the first record', () => {
    const router = configured(TimestampRouter, { 'timestamp.format': 'bogus' });

    expect(() => router.apply(recordWith(1))).toThrow(new IllegalArgumentException("Illegal pattern character 'b'"));
    expect(() => router.apply(recordWith(1).withTimestamp(null))).toThrow(DataException);
  });
});

describe('Filter', () => {
  test('drops every record', () => {
    expect(configured(Filter).apply()).toBeNull();
  });
});

describe('predicates', () => {
  test('HasHeaderKey looks for one header of the key', () => {
    const predicate = new HasHeaderKey();
    predicate.configure({ name: 'b' });

    expect(predicate.test(withHeaders)).toBe(true);
    expect(predicate.test(recordWith(1))).toBe(false);
  });

  test('RecordIsTombstone looks at the value, whatever its schema', () => {
    expect(new RecordIsTombstone().test(recordWith(null, Schema.OPTIONAL_STRING_SCHEMA))).toBe(true);
    expect(new RecordIsTombstone().test(recordWith(0))).toBe(false);
  });

  test('TopicNameMatches wants the whole topic to match', () => {
    const matches = (pattern: string, topic: string | null): boolean => {
      const predicate = new TopicNameMatches();
      predicate.configure({ pattern });
      return predicate.test(new SourceRecord({ sourcePartition: null, sourceOffset: null, topic: topic as string, value: 1 }));
    };

    expect(matches('ord', 'orders')).toBe(false);
    expect(matches('ord.*', 'orders')).toBe(true);
    expect(matches('.*', null)).toBe(false);
    expect(() => matches('[', 'orders')).toThrow(ConfigException);
  });
});
