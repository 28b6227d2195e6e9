import { canonicalText, type SourceRecord, type Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres();

const firsts = (records: readonly SourceRecord[]): unknown[] => records.map((record) => (record.value as Struct).values[0]);
const byTime = { mode: 'timestamp', 'timestamp.column.name': 'at' };

describe('mode timestamp', () => {
  it('misses a row that comes later with a time that was read, as Confluent has it', async () => {
    await database.server.psql("CREATE TABLE p1 (id int, at timestamptz NOT NULL); INSERT INTO p1 VALUES (1, '2024-01-01Z')");
    const run = await database.started({ ...byTime, 'table.whitelist': 'p1' });
    await run.take(1);
    await database.server.psql("INSERT INTO p1 VALUES (2, '2024-01-01Z'), (3, '2024-01-02Z')");

    expect(firsts(await run.take(2, 700))).toEqual([3]);
  });

  it('starts at the time of the database with timestamp.initial=-1', async () => {
    await database.server.psql("CREATE TABLE p2 (id int, at timestamptz NOT NULL); INSERT INTO p2 VALUES (1, now() - interval '1 s')");
    const run = await database.started({ ...byTime, 'table.whitelist': 'p2', 'timestamp.initial': '-1' });
    await database.server.psql('INSERT INTO p2 VALUES (2, now())');

    expect(firsts(await run.take(2, 700))).toEqual([2]);
  });

  it('never reads rows at or before 1970 unless timestamp.initial says so', async () => {
    await database.server.psql(
      "CREATE TABLE p3 (id int, at timestamptz NOT NULL); INSERT INTO p3 VALUES (1, '1969-12-31Z'), (2, '1970-01-02Z')",
    );
    const props = { ...byTime, 'table.whitelist': 'p3' };

    expect(firsts(await (await database.started(props)).take(2, 500))).toEqual([2]);
    const early = await database.started({ ...props, 'timestamp.initial': String(Date.UTC(1960, 0)) });
    expect(firsts(await early.take(2))).toEqual([1, 2]);
  });

  it.each([
    ['that is missing', 'nope', "no column 'nope'"],
    ['that may be null', 'at', 'may be null'],
  ])('refuses a column %s', async (_, column, message) => {
    await database.server.psql('CREATE TABLE IF NOT EXISTS p4 (id int, at timestamptz)');

    await expect(database.started({ ...byTime, 'table.whitelist': 'p4', 'timestamp.column.name': column })).rejects.toThrow(message);
  });

  it('reads rows when they are older than the delay', async () => {
    await database.server.psql(
      "CREATE TABLE p5 (id int, at timestamptz NOT NULL); INSERT INTO p5 VALUES (1, now()), (2, now() - interval '1 h')",
    );
    const run = await database.started({ ...byTime, 'table.whitelist': 'p5', 'timestamp.delay.interval.ms': '1500' });

    expect(firsts(await run.take(1))).toEqual([2]);
    expect(firsts(await run.take(1))).toEqual([1]);
  });
});

describe('a stored offset', () => {
  it('of the current form wins over one of the old form', async () => {
    await database.server.psql('CREATE TABLE o1 (id int PRIMARY KEY); INSERT INTO o1 SELECT generate_series(1, 5)');
    const offsets = new Map([
      [canonicalText({ table: 'o1' }), { incrementing: 1 }],
      [canonicalText({ protocol: '1', table: 'public.o1' }), { incrementing: 3 }],
    ]);
    const props = { mode: 'incrementing', 'incrementing.column.name': 'id', 'table.whitelist': 'o1' };

    expect(firsts(await (await database.started(props, offsets)).take(2))).toEqual([4, 5]);
  });

  it('of Confluent has its nanoseconds of the whole second', async () => {
    await database.server.psql(
      "CREATE TABLE o2 (id int, at timestamptz NOT NULL); INSERT INTO o2 VALUES (1, '2024-01-01 00:00:00.123455Z'), (2, '2024-01-01 00:00:00.123457Z')",
    );
    const offset = { timestamp_nanos: 123_456_000, timestamp: Date.UTC(2024, 0, 1, 0, 0, 0, 123) };
    const offsets = new Map([[canonicalText({ protocol: '1', table: 'public.o2' }), offset]]);

    expect(firsts(await (await database.started({ ...byTime, 'table.whitelist': 'o2' }, offsets)).take(1))).toEqual([2]);
  });
});

describe('a query', () => {
  const query = 'SELECT q.id, q.at FROM q';

  it.each(['query', 'query.masked'])('is read in bulk, by %s', async (key) => {
    await database.server.psql(
      "CREATE TABLE IF NOT EXISTS q (id int PRIMARY KEY, at timestamptz NOT NULL); INSERT INTO q VALUES (1, '2024-01-01Z') ON CONFLICT DO NOTHING",
    );
    const run = await database.started({ mode: 'bulk', [key]: query, 'topic.prefix': 'whole' });

    const records = await run.take(2);
    expect(firsts(records)).toEqual([1, 1]);
    expect(records[0]).toMatchObject({ topic: 'whole', sourcePartition: { query: 'query' }, sourceOffset: null });
  });

  it('is read by a time, and goes on over a restart', async () => {
    await database.server.psql(
      "CREATE TABLE q2 (id int, at timestamptz NOT NULL); INSERT INTO q2 VALUES (1, '2024-01-01Z'), (2, '2024-01-02Z')",
    );
    const props = { ...byTime, query: 'SELECT id, at FROM q2', 'topic.prefix': 'whole' };
    const first = await database.started(props);
    first.commit((await first.take(2)).at(-1));
    await database.server.psql("INSERT INTO q2 VALUES (3, '2024-01-03Z')");

    expect(firsts(await (await database.started(props, first.offsets)).take(1))).toEqual([3]);
  });

  it('takes a suffix, by which a large table is read in parts', async () => {
    await database.server.psql('CREATE TABLE q3 (id int PRIMARY KEY); INSERT INTO q3 SELECT generate_series(1, 5)');
    const props = { mode: 'incrementing', 'incrementing.column.name': 'id', 'table.whitelist': 'q3', 'query.suffix': 'LIMIT 2' };
    const run = await database.started(props);
    const batches: unknown[][] = [];
    while (batches.flat().length < 5) batches.push(firsts(await run.take(1)));

    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('leaves names as they are with quote.sql.identifiers=never', async () => {
    await database.server.psql('CREATE TABLE q4 (id int PRIMARY KEY); INSERT INTO q4 VALUES (1); CREATE TABLE "Q5" (id int PRIMARY KEY)');
    const props = { mode: 'incrementing', 'incrementing.column.name': 'ID', 'quote.sql.identifiers': 'never' };

    expect(firsts(await (await database.started({ ...props, 'table.whitelist': 'q4' })).take(1))).toEqual([1]);
    await expect((await database.started({ ...props, 'table.whitelist': 'Q5' })).take(1)).rejects.toThrow('"public.q5" does not exist');
  });
});

describe('a task with several tables', () => {
  it('reads them in turns, so that a large one does not keep the others waiting for ever', async () => {
    await database.server.psql(`CREATE SCHEMA turns; CREATE TABLE turns.a AS SELECT g AS id FROM generate_series(1, 3000) g;
      CREATE TABLE turns.b AS SELECT 1 AS id; CREATE TABLE turns.c AS SELECT 1 AS id`);
    const run = await database.started({
      mode: 'bulk',
      'table.include.list': 'turns\\..*',
      'poll.interval.ms': '1',
      'batch.max.rows': '100',
    });

    const topics = (await run.take(9010)).map(({ topic }) => topic);

    const turns = topics.filter((topic, index) => topic !== topics[index - 1]);
    expect(turns.slice(0, 6)).toEqual(['pg-a', 'pg-b', 'pg-c', 'pg-a', 'pg-b', 'pg-c']);
  });
});
