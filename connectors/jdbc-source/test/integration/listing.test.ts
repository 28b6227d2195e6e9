import { startFaultProxy } from '@millrace/test-services';
import { describe, expect, it } from 'vitest';
import { JdbcSourceTask } from '../../src/task.ts';
import { connection, KeptLog, Run } from '../support/run.ts';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres((server) =>
  server.psql(`CREATE SCHEMA shop; CREATE SCHEMA shop_old; CREATE SCHEMA "Odd";
    CREATE TABLE shop.orders (id int); CREATE TABLE shop.lines (id int); CREATE TABLE shop_old.archive (id int); CREATE TABLE "Odd"."My Table" (id int);
    CREATE TABLE shop.events (id int) PARTITION BY RANGE (id); CREATE TABLE shop.events_1 PARTITION OF shop.events FOR VALUES FROM (0) TO (10);
    CREATE VIEW shop.seen AS TABLE shop.orders; CREATE MATERIALIZED VIEW shop.kept AS TABLE shop.orders`),
);

/** Names of the tables that a configuration chooses. */
async function chosen(props: Record<string, string>): Promise<string[]> {
  const run = await database.started({ mode: 'bulk', ...props });
  return (run.connector.taskConfigs(1)[0]?.['tables'] ?? '').replaceAll('"', '').split(',');
}

describe('the tables of a connector', () => {
  it.each([
    ['a bare name', { 'table.whitelist': 'orders' }, ['shop.orders']],
    ['a name with its schema', { 'table.whitelist': 'shop.orders,shop_old.archive' }, ['shop.orders', 'shop_old.archive']],
    ['a quoted name', { 'table.whitelist': '"Odd"."My Table"' }, ['Odd.My Table']],
    ['a list to leave out', { 'table.blacklist': 'orders,shop.lines,"Odd"."My Table"' }, ['shop.events_1', 'shop_old.archive']],
    ['a list to take wins over one to leave out', { 'table.whitelist': 'orders', 'table.blacklist': 'orders' }, ['shop.orders']],
    ['an expression for schema.table', { 'table.include.list': 'shop\\.o.*' }, ['shop.orders']],
    [
      'expressions, less those of another list',
      { 'table.include.list': 'shop.*\\..*', 'table.exclude.list': 'shop\\.(lines|events_1)' },
      ['shop.orders', 'shop_old.archive'],
    ],
    [
      'a pattern for schemas, of which _ is any character',
      { 'schema.pattern': 'shop_old', 'table.blacklist': 'none' },
      ['shop_old.archive'],
    ],
    ['a kind', { 'table.types': 'PARTITIONED TABLE', 'table.blacklist': 'none' }, ['shop.events']],
    ['kinds, in any case', { 'table.types': 'view,Materialized View', 'table.blacklist': 'none' }, ['shop.kept', 'shop.seen']],
  ])('are chosen by %s', async (_, props, expected) => {
    expect(await chosen(props)).toEqual(expected);
  });

  it.each([
    ['an expression with the database in front', { 'table.include.list': 'postgres\\.shop\\.orders' }],
    ['an expression for the bare name', { 'table.include.list': 'orders' }],
    ['a name in another case', { 'table.whitelist': 'ORDERS' }],
    ['the name of another database', { 'catalog.pattern': 'elsewhere', 'table.whitelist': 'orders' }],
  ])('are not found by %s', async (_, props) => {
    await expect(database.started({ mode: 'bulk', ...props })).rejects.toThrow('no table matches the filters');
  });
});

describe('a database that does not answer when the connector starts', () => {
  it('leaves one idle task until the tables are known, and then asks for others', async () => {
    const proxy = await startFaultProxy({ target: database.server.port });
    database.atEnd(() => proxy.close());
    proxy.pause();
    const props = {
      ...connection(database.server),
      'connection.url': `jdbc:postgresql://${proxy.address}/postgres`,
      mode: 'bulk',
      'table.whitelist': 'orders',
      'table.monitoring.startup.polling.limit.ms': '100',
    };
    const { connector } = new Run(props);
    database.atEnd(() => connector.stop());
    const changed = new Promise<void>((resolve) => {
      connector.initialize({
        log: new KeptLog(),
        offsetStorageReader: { offset: async () => null, offsets: async () => [] },
        requestTaskReconfiguration: resolve,
        raiseError: () => undefined,
      });
    });

    await connector.start(props, AbortSignal.timeout(10_000));
    expect(connector.taskConfigs(5)).toMatchObject([{ tables: '', 'tables.fetched': 'false' }]);
    proxy.resume();
    await changed;
    expect(connector.taskConfigs(5)).toMatchObject([{ tables: '"shop"."orders"', 'tables.fetched': 'true' }]);
  });

  it('has an idle task that gives nothing and does not fail', async () => {
    const task = new JdbcSourceTask();
    const offsetStorageReader = { offset: async () => null, offsets: async () => [] };
    const props = { ...connection(database.server), mode: 'bulk', 'table.whitelist': 'orders', tables: '', 'tables.fetched': 'false' };
    task.initialize({ log: new KeptLog(), configs: () => props, offsetStorageReader });
    await task.start(props, AbortSignal.timeout(5000));

    expect(await task.poll(AbortSignal.timeout(5000))).toBeNull();
    task.stop();
  });
});
