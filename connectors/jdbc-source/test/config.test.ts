import { describe, expect, it } from 'vitest';
import { parseJdbcUrl } from '../src/config/jdbc-url.ts';
import { sourceConfig } from '../src/config/source-config.ts';
import { parseQuotedNames, quotedName } from '../src/tables/table-id.ts';
import { tableFilter } from '../src/tables/table-filter.ts';
import { timeZone } from '../src/time/time-zone.ts';

const valid = { 'connection.url': 'jdbc:postgresql://db/shop', mode: 'bulk', 'table.whitelist': 'a' };

describe('a JDBC URL', () => {
  it.each([
    ['jdbc:postgresql://db:6432/shop', [{ host: 'db', port: 6432 }], 'shop'],
    ['jdbc:postgresql://db/shop', [{ host: 'db', port: 5432 }], 'shop'],
    [
      'jdbc:postgresql://a:1,b:2/shop',
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
      'shop',
    ],
    ['jdbc:postgresql://[::1]:5433/s%20p', [{ host: '::1', port: 5433 }], 's p'],
    ['jdbc:postgresql:///shop', [{ host: 'localhost', port: 5432 }], 'shop'],
    ['jdbc:postgresql:shop', [{ host: 'localhost', port: 5432 }], 'shop'],
    ['jdbc:postgresql://db', [{ host: 'db', port: 5432 }], null],
  ])('%s is read', (url, addresses, database) => {
    expect(parseJdbcUrl(url).target).toMatchObject({ addresses, database });
  });

  it('has parameters, over which keys of the configuration win', () => {
    const { target, credentials } = parseJdbcUrl('jdbc:postgresql://db/s?user=u&password=p%26q&sslmode=require&currentSchema=x', {
      sslmode: 'verify-ca',
    });

    expect(credentials).toEqual({ user: 'u', password: 'p&q' });
    expect(target).toMatchObject({ sslMode: 'verify-ca', currentSchema: 'x' });
  });

  it.each([
    'jdbc:mysql://db/s?password=hush',
    'jdbc:postgresql://db:0/s?password=hush',
    'jdbc:postgresql://db/s?sslmode=maybe&password=hush',
  ])('that is wrong is refused without showing its password: %s', (url) => {
    expect(() => parseJdbcUrl(url)).toThrow(
      expect.objectContaining({ configKey: 'connection.url', message: expect.not.stringContaining('hush') as string }),
    );
  });
});

describe('a configuration', () => {
  it.each([
    [{}, null],
    [{ mode: '' }, 'mode'],
    [{ 'connection.url': '' }, 'connection.url'],
    [{ 'table.whitelist': '' }, 'table.include.list'],
    [{ 'table.include.list': 'a' }, 'table.include.list'],
    [{ 'table.whitelist': '', 'table.exclude.list': 'a' }, 'table.exclude.list'],
    [{ query: 'SELECT 1' }, 'query'],
    [{ 'table.whitelist': '', query: 'UPDATE t SET a = 1' }, 'query'],
    [{ 'table.whitelist': '', query: 'SELECT 1', 'query.masked': 'SELECT 1' }, 'query.masked'],
    [{ 'table.whitelist': '', query: 'SELECT 1', mode: 'incrementing' }, 'incrementing.column.name'],
    [{ 'incrementing.column.name': 'id' }, 'incrementing.column.name'],
    [{ mode: 'timestamp' }, 'timestamp.column.name'],
    [{ mode: 'timestamp', 'table.whitelist': '', 'table.include.list': 'a' }, 'timestamp.columns.mapping'],
    [{ 'timestamp.safe.mode': 'snapshot' }, 'timestamp.safe.mode'],
    [{ mode: 'timestamp', 'timestamp.column.name': 'at', 'timestamp.safe.mode': 'snapshot' }, 'timestamp.safe.mode'],
    [{ mode: 'incrementing', 'timestamp.safe.mode': 'watermark' }, 'timestamp.safe.mode'],
    [{ 'table.include.list': '(', 'table.whitelist': '' }, 'table.include.list'],
    [{ 'topic.prefix': 'a b' }, 'topic.prefix'],
    [{ 'table.types': 'SYNONYM' }, 'table.types'],
    [{ 'db.timezone': 'Mars/Base' }, 'db.timezone'],
    [{ 'dialect.name': 'OracleDatabaseDialect' }, 'dialect.name'],
  ])('with %j is held against the others', (props, key) => {
    const parse = (): unknown => sourceConfig({ ...valid, ...props });

    if (key === null) expect(parse).not.toThrow();
    else expect(parse).toThrow(expect.objectContaining({ configKey: key }));
  });
});

describe('names of tables', () => {
  const table = { schema: 'public', name: 'a"b,c' };

  it('come back from their quoted form, with quotes and commas inside', () => {
    expect(parseQuotedNames([table, { schema: 'x', name: 'y' }].map(quotedName).join())).toEqual([table, { schema: 'x', name: 'y' }]);
  });

  it.each([
    [{ whitelist: ['orders'] }, ['orders']],
    [{ whitelist: ['public.orders'] }, ['orders']],
    [{ whitelist: ['"public"."orders"'] }, ['orders']],
    [{ blacklist: ['orders'] }, ['items']],
    [{ includes: ['public\\..*'], excludes: ['.*items'] }, ['orders']],
    [{ includes: ['orders'] }, []],
  ])('are chosen by %j', (keys, expected) => {
    const chosen = tableFilter({ whitelist: [], blacklist: [], includes: [], excludes: [], ...keys });

    expect(['orders', 'items'].filter((name) => chosen({ schema: 'public', name }))).toEqual(expected);
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', Date.UTC(2024, 2, 31, 2, 30), Date.UTC(2024, 2, 31, 1, 30)],
    ['Europe/Berlin', Date.UTC(2024, 9, 27, 2, 30), Date.UTC(2024, 9, 27, 1, 30)],
    ['Europe/Berlin', Date.UTC(2024, 9, 27, 1, 59), Date.UTC(2024, 9, 26, 23, 59)],
    ['America/New_York', Date.UTC(2024, 6, 1), Date.UTC(2024, 6, 1, 4)],
    ['PST', Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 8)],
    ['GMT+2', Date.UTC(2024, 0, 1), Date.UTC(2023, 11, 31, 22)],
    ['-05:30', Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 5, 30)],
  ])('%s gives the instant of a local time as Java does', (id, local, instant) => {
    expect(timeZone(id)?.instantOf(local)).toBe(instant);
  });
});
