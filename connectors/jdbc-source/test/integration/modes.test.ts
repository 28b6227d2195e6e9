import { canonicalText, type SourceRecord, type Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres();

const values = (record: SourceRecord): unknown[] => (record.value as Struct).values;
const firsts = (records: readonly SourceRecord[]): unknown[] => records.map((record) => values(record)[0]);

describe('mode bulk', () => {
  it('gives every row again at each query, without an offset', async () => {
    await database.server.psql("CREATE TABLE b1 (id int PRIMARY KEY, t text); INSERT INTO b1 VALUES (1, 'a'), (2, NULL)");
    const run = await database.started({ mode: 'bulk', 'table.whitelist': 'b1' });

    const records = await run.take(4);

    expect(records.map(values)).toEqual([
      [1, 'a'],
      [2, null],
      [1, 'a'],
      [2, null],
    ]);
    expect(records[0]?.topic).toBe('pg-b1');
    expect(records[0]?.sourcePartition).toEqual({ table: 'b1' });
    expect(records[0]?.sourceOffset).toBeNull();
    expect(records[0]?.valueSchema?.name).toBe('b1');
    expect(records[0]?.valueSchema?.fields.map(({ schema }) => schema.optional)).toEqual([false, true]);
    expect(records[0]?.keySchema).toBeNull();
  });

  it('reads more rows than a batch in the order of the table, and leaves no transaction open between queries', async () => {
    await database.server.psql("CREATE TABLE b2 AS SELECT g AS id, repeat('x', 500) AS t FROM generate_series(1, 5000) g");
    const run = await database.started({ mode: 'bulk', 'table.whitelist': 'b2', 'poll.interval.ms': '60000', 'batch.max.rows': '300' });

    const records = await run.take(5000);
    expect(await run.task.poll(AbortSignal.timeout(5000))).toBeNull();

    expect(firsts(records)).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
    const open = await database.server.psql("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'");
    expect(open.trim()).toBe('0');
  });

  it('has the columns of the moment after a change of the table', async () => {
    await database.server.psql('CREATE TABLE b3 (id int); INSERT INTO b3 VALUES (1)');
    const run = await database.started({ mode: 'bulk', 'table.whitelist': 'b3' });
    await run.take(1);
    await database.server.psql('ALTER TABLE b3 ADD COLUMN more text DEFAULT $$x$$');

    await expect.poll(async () => (await run.take(1)).at(-1)?.valueSchema?.fields.map(({ name }) => name)).toEqual(['id', 'more']);
  });

  it('reads quoted and mixed-case names, views and partitioned tables by their kinds', async () => {
    await database.server.psql(`CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema"."O""rder" ("Select" int); INSERT INTO "My Schema"."O""rder" VALUES (7);
      CREATE TABLE "My Schema".part (id int) PARTITION BY RANGE (id); CREATE TABLE "My Schema".leaf PARTITION OF "My Schema".part FOR VALUES FROM (0) TO (10);
      INSERT INTO "My Schema".part VALUES (3); CREATE VIEW "My Schema".v AS SELECT 5 AS five`);
    const kinds = 'TABLE,VIEW,PARTITIONED TABLE';
    const run = await database.started({
      mode: 'bulk',
      'table.include.list': 'My Schema\\..*',
      'table.types': kinds,
      'topic.prefix': '',
      'poll.interval.ms': '60000',
    });

    const records = await run.take(4);

    expect(new Map(records.map((record) => [record.topic, values(record)[0]]))).toEqual(
      new Map([
        ['O"rder', 7],
        ['leaf', 3],
        ['part', 3],
        ['v', 5],
      ]),
    );
  });
});

describe('mode incrementing', () => {
  it('finds the serial column and reads each row once, over a restart too', async () => {
    await database.server.psql("CREATE TABLE i1 (t text, id serial); INSERT INTO i1 (t) VALUES ('a'), ('b'), ('c')");
    const first = await database.started({ mode: 'incrementing', 'table.whitelist': 'public.i1' });
    const records = await first.take(3);
    first.commit(records[1]);
    first.stop();
    await database.server.psql("INSERT INTO i1 (t) VALUES ('d')");

    const again = await (await database.started({ mode: 'incrementing', 'table.whitelist': 'public.i1' }, first.offsets)).take(2);

    expect(firsts(again)).toEqual(['c', 'd']);
    expect(again.map(({ sourceOffset }) => sourceOffset)).toEqual([{ incrementing: 3 }, { incrementing: 4 }]);
    expect(JSON.stringify(again[0]?.sourcePartition)).toBe('{"protocol":"1","table":"public.i1"}');
  });

  it.each([
    ['the old form', { table: 'i2' }],
    ['the form with the database', { protocol: '1', table: 'postgres.public.i2' }],
    ['the current form', { protocol: '1', table: 'public.i2' }],
  ])('takes over offsets in %s', async (_, partition) => {
    await database.server.psql(
      'CREATE TABLE IF NOT EXISTS i2 (id int PRIMARY KEY); INSERT INTO i2 VALUES (1), (2), (3) ON CONFLICT DO NOTHING',
    );
    const offsets = new Map([[canonicalText(partition), { incrementing: 2 }]]);
    const run = await database.started({ mode: 'incrementing', 'incrementing.column.name': 'id', 'table.whitelist': 'i2' }, offsets);

    expect(firsts(await run.take(1))).toEqual([3]);
  });

  it('refuses a column that may be null, with the statement that helps, unless that is allowed', async () => {
    await database.server.psql('CREATE TABLE i3 (id int); INSERT INTO i3 VALUES (1)');
    const props = { mode: 'incrementing', 'incrementing.column.name': 'id', 'table.whitelist': 'i3' };

    await expect(database.started(props)).rejects.toMatchObject({
      suggestion: expect.stringContaining('ALTER COLUMN "id" SET NOT NULL') as string,
    });
    expect(firsts(await (await database.started({ ...props, 'validate.non.null': 'false' })).take(1))).toEqual([1]);
  });
});

describe('mode timestamp', () => {
  const props = { mode: 'timestamp', 'timestamp.column.name': 'at' };

  it('moves the offset to a time only with the last row of it', async () => {
    await database.server.psql(`CREATE TABLE t1 (id int, at timestamptz NOT NULL);
      INSERT INTO t1 VALUES (1, '2024-01-01 00:00:00.123456Z'), (2, '2024-01-02Z'), (3, '2024-01-02Z'), (4, '2024-01-03 00:00:00.5Z')`);
    const run = await database.started({ ...props, 'table.whitelist': 't1', 'batch.max.rows': '1' });

    const records = await run.take(4);

    const first = { timestamp_nanos: 123_456_000, timestamp: Date.UTC(2024, 0, 1, 0, 0, 0, 123) };
    expect(firsts(records)).toEqual([1, 2, 3, 4]);
    expect(records.map(({ sourceOffset }) => sourceOffset)).toEqual([
      first,
      first,
      { timestamp_nanos: 0, timestamp: Date.UTC(2024, 0, 2) },
      { timestamp_nanos: 500_000_000, timestamp: Date.UTC(2024, 0, 3, 0, 0, 0, 500) },
    ]);
  });

  it('compares a timestamp without zone by clocks of db.timezone, and goes on behind its microseconds', async () => {
    await database.server.psql(
      "CREATE TABLE t2 (at timestamp NOT NULL); INSERT INTO t2 VALUES ('2024-07-01 02:00:00.000001'), ('2024-07-01 02:00:00.000002')",
    );
    const zone = { ...props, 'table.whitelist': 't2', 'db.timezone': 'Europe/Berlin' };
    const first = await database.started(zone);
    const records = await first.take(2);
    first.commit(records[0]);

    const again = await (await database.started(zone, first.offsets)).take(2, 700);

    expect(firsts(records)).toEqual([Date.UTC(2024, 6, 1), Date.UTC(2024, 6, 1)]);
    expect(again.map(({ sourceOffset }) => sourceOffset)).toEqual([{ timestamp_nanos: 2000, timestamp: Date.UTC(2024, 6, 1) }]);
  });

  it('takes the first of several columns that is not null, and starts at timestamp.initial', async () => {
    await database.server.psql(`CREATE TABLE t3 (id int, changed timestamptz, at timestamptz NOT NULL);
      INSERT INTO t3 VALUES (1, NULL, '2024-01-01Z'), (2, '2024-03-01Z', '2024-01-01Z'), (3, NULL, '2024-02-01Z')`);
    const several = { mode: 'timestamp', 'timestamp.column.name': 'changed,at', 'table.whitelist': 't3' };
    const run = await database.started({ ...several, 'timestamp.initial': String(Date.UTC(2024, 0, 15)) });

    expect(firsts(await run.take(3, 700))).toEqual([3, 2]);
  });

  it('hides rows that are younger than the delay', async () => {
    await database.server.psql('CREATE TABLE t4 (id int, at timestamptz NOT NULL DEFAULT now()); INSERT INTO t4 VALUES (1)');
    const run = await database.started({ ...props, 'table.whitelist': 't4', 'timestamp.delay.interval.ms': '3600000' });

    expect(await run.take(1, 500)).toEqual([]);
  });
});

describe('mode timestamp+incrementing', () => {
  it('tells rows of one time apart by their ids, and sees updates', async () => {
    await database.server.psql(`CREATE TABLE ti (id bigint PRIMARY KEY, at timestamptz NOT NULL, t text);
      INSERT INTO ti VALUES (1, '2024-01-01Z', 'a'), (2, '2024-01-01Z', 'b'), (3, '2024-01-01Z', 'c')`);
    const props = {
      mode: 'timestamp+incrementing',
      'timestamp.column.name': 'at',
      'incrementing.column.name': 'id',
      'table.whitelist': 'ti',
    };
    const first = await database.started(props);
    first.commit((await first.take(3))[1]);
    first.stop();
    await database.server.psql("UPDATE ti SET t = 'A', at = '2024-01-02Z' WHERE id = 1");

    const again = await (await database.started(props, first.offsets)).take(2);

    expect(again.map((record) => values(record)[2])).toEqual(['c', 'A']);
    expect(JSON.stringify(again[1]?.sourceOffset)).toBe(`{"timestamp_nanos":0,"incrementing":1,"timestamp":${Date.UTC(2024, 0, 2)}}`);
  });
});

describe('a query', () => {
  it('gives records to the topic of the prefix, in bulk and by an id', async () => {
    await database.server.psql("CREATE TABLE q1 (id int PRIMARY KEY, t text); INSERT INTO q1 VALUES (1, 'a'), (2, 'b')");
    const query = 'SELECT q1.id, q1.t || q1.t AS tt FROM q1';
    const run = await database.started({ mode: 'incrementing', 'incrementing.column.name': 'id', query, 'topic.prefix': 'whole' });

    const records = await run.take(2);

    expect(records.map(values)).toEqual([
      [1, 'aa'],
      [2, 'bb'],
    ]);
    expect(records[1]).toMatchObject({ topic: 'whole', sourcePartition: { query: 'query' }, sourceOffset: { incrementing: 2 } });
    expect(records[0]?.valueSchema?.name).toBeNull();
  });
});

describe('tables', () => {
  it('are spread over tasks in neighbouring groups, and a new one asks for new tasks', async () => {
    await database.server.psql('CREATE SCHEMA m; CREATE TABLE m.a (id int); CREATE TABLE m.b (id int); CREATE TABLE m.c (id int)');
    const run = await database.started({
      mode: 'bulk',
      'table.include.list': 'm\\..*',
      'table.exclude.list': 'm\\.b',
      'table.poll.interval.ms': '50',
    });
    const tables = (most: number): (string | undefined)[] => run.connector.taskConfigs(most).map(({ tables: list }) => list);

    expect(tables(9)).toEqual(['"m"."a"', '"m"."c"']);
    expect(tables(1)).toEqual(['"m"."a","m"."c"']);
    await database.server.psql('CREATE TABLE m.d (id int)');

    await expect.poll(() => run.reconfigurations).toBe(1);
    expect(tables(2)).toEqual(['"m"."a","m"."c"', '"m"."d"']);
  });

  it('of one name in two schemas are refused', async () => {
    await database.server.psql('CREATE SCHEMA d1; CREATE SCHEMA d2; CREATE TABLE d1.same (id int); CREATE TABLE d2.same (id int)');

    await expect(database.started({ mode: 'bulk', 'table.whitelist': 'd1.same,d2.same' })).rejects.toThrow('d1.same and d2.same');
  });

  it('that match no filter fail the task, and name the filter', async () => {
    await expect(database.started({ mode: 'bulk', 'table.whitelist': 'nowhere' })).rejects.toMatchObject({
      configKey: 'table.include.list',
    });
  });
});
