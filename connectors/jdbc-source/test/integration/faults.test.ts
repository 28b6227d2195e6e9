import { type FaultProxy, startFaultProxy } from '@millrace/test-services';
import { RetriableException, type SourceRecord, type Struct } from '@millrace/api';
import { afterAll, describe, expect, it } from 'vitest';
import { connection, Run } from '../support/run.ts';
import { takeOverFaults } from '../support/take-over-faults.ts';
import { usePostgres } from '../support/use-postgres.ts';

let proxy: FaultProxy;
const database = usePostgres(async (server) => {
  proxy = await startFaultProxy({ target: server.port });
  await server.psql("CREATE TABLE v1 (id int, at timestamptz); CREATE ROLE blind LOGIN PASSWORD 'blind'");
});
afterAll(() => proxy?.close());

const started = (props: Record<string, string>): Promise<Run> =>
  database.started({ 'connection.url': `jdbc:postgresql://${proxy.address}/postgres`, ...props });

const ids = (records: readonly SourceRecord[]): unknown[] => records.map((record) => (record.value as Struct).values[0]);

const byId = { mode: 'incrementing', 'incrementing.column.name': 'id' };

describe('a task', () => {
  it('goes on behind the last record when the connection is cut in the middle of a result', async () => {
    await database.server.psql(
      "CREATE TABLE cut AS SELECT g AS id, repeat('x', 1000) AS t FROM generate_series(1, 20000) g; ALTER TABLE cut ALTER id SET NOT NULL",
    );
    const run = await started({ ...byId, 'table.whitelist': 'cut' });
    const first = await run.take(1500);
    proxy.resetAll();

    const rest = await takeOverFaults(run, 20_000 - first.length);

    expect(ids([...first, ...rest])).toEqual(Array.from({ length: 20_000 }, (_, index) => index + 1));
  });

  it('waits out a restart of the server', async () => {
    await database.server.psql('CREATE TABLE again (id int PRIMARY KEY); INSERT INTO again VALUES (1)');
    const run = await started({ ...byId, 'table.whitelist': 'again' });
    const first = await run.take(1);
    await database.server.restart();
    await database.server.psql('INSERT INTO again VALUES (2)');

    expect(ids([...first, ...(await takeOverFaults(run, 1))])).toEqual([1, 2]);
  });

  it('gives up after query.retry.attempts failures in a row', async () => {
    await database.server.psql('CREATE TABLE few (id int PRIMARY KEY)');
    const run = await started({ ...byId, 'table.whitelist': 'few', 'query.retry.attempts': '1' });
    await database.server.psql('DROP TABLE few');

    await expect(run.task.poll(AbortSignal.timeout(5000))).rejects.toBeInstanceOf(RetriableException);
    await expect(run.task.poll(AbortSignal.timeout(5000))).rejects.toMatchObject({ configKey: 'query.retry.attempts' });
  });

  it('fails at once when a privilege is lost, and says which', async () => {
    await database.server.psql(
      "CREATE ROLE guest LOGIN PASSWORD 'guest'; CREATE TABLE secret (id int PRIMARY KEY); GRANT SELECT ON secret TO guest",
    );
    const run = await started({ ...byId, 'table.whitelist': 'secret', 'connection.user': 'guest', 'connection.password': 'guest' });
    await database.server.psql('REVOKE SELECT ON secret FROM guest');

    await expect(run.task.poll(AbortSignal.timeout(5000))).rejects.toMatchObject({
      sqlState: '42501',
      suggestion: 'Run: GRANT SELECT ON secret TO <connection.user>;',
    });
  });

  it('ends a poll that waits for a locked table when its signal fires', async () => {
    await database.server.psql('CREATE TABLE locked (id int PRIMARY KEY)');
    const run = await started({ ...byId, 'table.whitelist': 'locked' });
    const lock = database.server.psql('BEGIN; LOCK TABLE locked; SELECT pg_sleep(2)');
    await expect
      .poll(() => database.server.psql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"))
      .toContain('1');
    const before = performance.now();

    expect(await run.task.poll(AbortSignal.timeout(300))).toBeNull();
    expect(performance.now() - before).toBeLessThan(1500);
    await lock;
  });

  it('reads a table that was locked when the lock is gone', async () => {
    await database.server.psql('CREATE TABLE relocked (id int PRIMARY KEY); INSERT INTO relocked VALUES (1)');
    const run = await started({ ...byId, 'table.whitelist': 'relocked' });
    const holder = await database.session();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE relocked');
    const records = run.take(1);
    const waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'millrace-jdbc-source'";
    await expect.poll(() => database.server.psql(waiting)).toContain('1');
    await holder.query('COMMIT');

    expect(ids(await records)).toEqual([1]);
  });

  it('is called again after a statement timeout, and loses nothing', async () => {
    await database.server.psql(`CREATE ROLE hasty LOGIN PASSWORD 'hasty'; ALTER ROLE hasty SET statement_timeout = '150ms';
      CREATE TABLE slow (id int PRIMARY KEY); INSERT INTO slow VALUES (1); GRANT SELECT ON slow TO hasty`);
    const run = await started({ ...byId, 'table.whitelist': 'slow', 'connection.user': 'hasty', 'connection.password': 'hasty' });
    const holder = await database.session();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE slow');

    await expect(run.take(1)).rejects.toMatchObject({ message: expect.stringMatching(/statement timeout.*57014/) as string });
    await holder.query('COMMIT');
    expect(ids(await takeOverFaults(run, 1))).toEqual([1]);
  });

  it('goes on when its session is ended by an administrator', async () => {
    await database.server.psql('CREATE TABLE ended (id int PRIMARY KEY); INSERT INTO ended VALUES (1)');
    const run = await started({ ...byId, 'table.whitelist': 'ended' });
    const first = await run.take(1);
    await database.server.psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'millrace-jdbc-source'; INSERT INTO ended VALUES (2)",
    );

    expect(ids([...first, ...(await takeOverFaults(run, 1))])).toEqual([1, 2]);
  });
});

describe('validation against the database', () => {
  const base = { mode: 'bulk', 'table.whitelist': 'v1' };
  const errors = async (props: Record<string, string>): Promise<string[]> => {
    const run = new Run(props);
    const { configValues } = await run.connector.validate(
      { ...connection(database.server), ...base, ...props },
      AbortSignal.timeout(10_000),
    );
    return configValues.flatMap(({ name, errorMessages }) => errorMessages.map((message) => `${name}: ${message}`));
  };

  it.each([
    [{}, null],
    [{ 'connection.password': 'wrong' }, /^connection.url: .*password.*28P01/],
    [{ 'connection.url': 'jdbc:postgresql://127.0.0.1:1/x' }, /^connection.url: .*cannot be reached/],
    [{ 'connection.user': 'blind', 'connection.password': 'blind' }, /^connection.user: .*GRANT SELECT ON "public"."v1" TO "blind";/],
    [{ mode: 'incrementing', 'incrementing.column.name': 'nope' }, /^incrementing.column.name: .*no column 'nope'; it has id, at/],
    [{ mode: 'timestamp', 'timestamp.column.name': 'at' }, /^validate.non.null: .*may be null.*SET NOT NULL/],
    [{ 'table.whitelist': '', query: 'SELECT nope FROM v1' }, /^query: .*column "nope" does not exist/],
  ])('of %j says what is wrong, with the remedy', async (props, expected) => {
    const found = await errors(props);

    if (expected === null) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringMatching(expected)]);
  });
});
