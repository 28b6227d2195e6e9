import { describe, expect, it } from 'vitest';
import {
  BigDecimal,
  ConnectDate,
  ConnectDecimal,
  ConnectHeaders,
  ConnectTimestamp,
  DataException,
  NullPointerException,
  Schema,
  SchemaBuilder,
  Struct,
  TypedNumber,
} from '@millrace/api';

const integers = SchemaBuilder.array(Schema.INT32_SCHEMA).build();
const point = SchemaBuilder.struct().field('x', Schema.INT32_SCHEMA).build();

function added(schema: Schema | null, value: unknown): unknown {
  return new ConnectHeaders().add('k', value, schema).lastWithName('k')?.value;
}

describe('ConnectHeaders.add', () => {
  it('looks at the outer class of a value only', () => {
    expect(added(integers, ['x'])).toEqual(['x']);
    const other = new Struct(SchemaBuilder.struct().build());
    expect(added(point, other)).toBe(other);
    const noon = new Date(43_200_000);
    expect(added(ConnectDate.SCHEMA, noon)).toBe(noon);
  });

  it('takes the logical class as well as that of the base type under a logical name', () => {
    expect(added(ConnectDecimal.schema(1), BigDecimal.parse('1.0'))).toEqual(BigDecimal.parse('1.0'));
    expect(added(ConnectDecimal.schema(1), Buffer.from([1]))).toEqual(Buffer.from([1]));
    expect(added(ConnectTimestamp.SCHEMA, new Date(5))).toBe(5);
    expect(added(ConnectTimestamp.SCHEMA, new TypedNumber('int64', 5))).toEqual(new TypedNumber('int64', 5));
  });

  it('brings values into runtime form', () => {
    expect(added(Schema.INT8_SCHEMA, new TypedNumber('int8', 5))).toBe(5);
    expect(added(SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build(), { a: 1 })).toEqual(new Map([['a', 1]]));
    expect(added(null, undefined)).toBeNull();
  });

  it.each([
    ['null under a required schema', Schema.STRING_SCHEMA, null, 'A null value requires an optional schema but was Schema{STRING}'],
    ['another class', Schema.STRING_SCHEMA, 1, 'The value 1 is not compatible with the schema Schema{STRING}'],
    ['a narrower integer', Schema.INT32_SCHEMA, new TypedNumber('int8', 1), 'The value 1 is not compatible with the schema Schema{INT32}'],
    ['a Date under plain INT64', Schema.INT64_SCHEMA, new Date(0), 'The value Thu Jan 01 00:00:00 UTC 1970 is not compatible'],
    ['an integer for a timestamp', ConnectTimestamp.SCHEMA, new TypedNumber('int32', 1), 'The value 1 is not compatible'],
    ['a number for a decimal', ConnectDecimal.schema(1), 1, 'The value 1 is not compatible'],
    ['a map for an array', integers, { a: 1 }, 'The value {a=1} is not compatible with the schema Schema{ARRAY}'],
  ])('refuses %s', (_what, schema, value, message) => {
    expect(() => added(schema, value)).toThrow(DataException);
    expect(() => added(schema, value)).toThrow(message);
  });

  it('refuses a header without a key, and any question for one', () => {
    const none = null as unknown as string;
    const headers = new ConnectHeaders();
    expect(() => headers.add(none, 1, null)).toThrow(NullPointerException);
    expect(() => headers.lastWithName(none)).toThrow(NullPointerException);
    expect(() => headers.allWithName(none)).toThrow(NullPointerException);
    expect(() => headers.remove(none)).toThrow(NullPointerException);
  });
});

describe('ConnectHeaders', () => {
  it('keeps the order and repeated keys, which are case-sensitive', () => {
    const headers = new ConnectHeaders().addString('a', '1').addString('b', '2').addString('a', '3');

    expect(headers.allWithName('a').map(({ value }) => value)).toEqual(['1', '3']);
    expect(headers.lastWithName('a')?.value).toBe('3');
    expect(headers.lastWithName('A')).toBeNull();
    expect(headers.remove('a').size).toBe(1);
  });

  it('gives null texts and bytes an optional schema, and null decimals none', () => {
    const headers = new ConnectHeaders().addString('s', null).addBytes('b', null).addDecimal('d', null);

    expect(Array.from(headers, ({ schema }) => schema)).toEqual([Schema.OPTIONAL_STRING_SCHEMA, Schema.OPTIONAL_BYTES_SCHEMA, null]);
  });

  it('checks dates by encoding them', () => {
    expect(() => new ConnectHeaders().addDate('d', new Date(5))).toThrow(DataException);
    expect(() => new ConnectHeaders().addTime('t', new Date(86_400_001))).toThrow(DataException);
    expect(new ConnectHeaders().addDate('d', new Date(86_400_000)).lastWithName('d')?.value).toBe(1);
  });

  it('keeps only the latest of each key, or of one key', () => {
    const headers = new ConnectHeaders().addString('a', '1').addString('b', '2').addString('a', '3').addString('b', '4');

    expect(Array.from(headers.duplicate().retainLatest('a'), ({ value }) => value)).toEqual(['2', '3', '4']);
    expect(Array.from(headers.retainLatest(), ({ value }) => value)).toEqual(['3', '4']);
  });

  it('replaces headers by what a function returns, and removes them for null', () => {
    const headers = new ConnectHeaders().addString('a', '1').addString('b', null);

    headers.apply((header) => (header.value === null ? null : header)).apply((header) => ({ ...header, key: 'z' }), 'a');

    expect(Array.from(headers, ({ key }) => key)).toEqual(['z']);
  });

  it('duplicates without sharing the list', () => {
    const headers = new ConnectHeaders().addString('a', '1');

    headers.duplicate().clear();

    expect(headers.size).toBe(1);
  });

  it('stays bytes until somebody looks, also in a copy', () => {
    const raw = [{ key: 'a', value: Buffer.from('1') }];
    let decoded = 0;
    const headers = ConnectHeaders.lazy(raw, (bytes) => {
      decoded += 1;
      return bytes.map(({ key, value }) => ({ key, schema: Schema.STRING_SCHEMA, value: value?.toString() ?? null }));
    });

    expect(headers.size).toBe(1);
    expect(headers.duplicate().raw).toBe(raw);
    expect(decoded).toBe(0);
    expect(headers.lastWithName('a')?.value).toBe('1');
    expect(headers.raw).toBeNull();
  });

  it('prints itself as Kafka does', () => {
    const headers = new ConnectHeaders().add('k', new Date(0), null).addFloat('f', 1);

    expect(headers.toString()).toBe(
      'ConnectHeaders(headers=[ConnectHeader(key=k, value=Thu Jan 01 00:00:00 UTC 1970, schema=null), ' +
        'ConnectHeader(key=f, value=1.0, schema=Schema{FLOAT32})])',
    );
  });
});
