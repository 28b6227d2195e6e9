import { type PostgresService, startPostgres } from '@millrace/test-services';
import type { Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { connection, type Run } from '../support/run.ts';
import { takeOverFaults } from '../support/take-over-faults.ts';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres();

interface Pair {
  readonly primary: PostgresService;
  readonly standby: PostgresService;
}

/** Works with a primary and its hot standby, which end with the work. */
async function withStandby(work: (pair: Pair) => Promise<void>): Promise<void> {
  const servers: PostgresService[] = [];
  try {
    const primary = await startPostgres();
    servers.push(primary);
    await primary.psql(
      "CREATE TABLE items (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT '2024-01-01Z'); INSERT INTO items VALUES (1), (2)",
    );
    const standby = await startPostgres({ standbyOf: primary });
    servers.unshift(standby);
    await work({ primary, standby });
  } finally {
    for (const server of servers) await server.stop();
  }
}

function started({ primary, standby }: Pair, props: Record<string, string>): Promise<Run> {
  return database.started({
    ...connection(primary),
    'connection.url': `jdbc:postgresql://127.0.0.1:${primary.port},127.0.0.1:${standby.port}/postgres`,
    'incrementing.column.name': 'id',
    'table.whitelist': 'items',
    ...props,
  });
}

const byTime = { mode: 'timestamp+incrementing', 'timestamp.column.name': 'at' };

describe('a failover to a standby, which only reads', () => {
  it.each([
    { mode: 'incrementing' },
    { mode: 'incrementing', 'timestamp.safe.mode': 'snapshot' },
    byTime,
    { ...byTime, 'timestamp.safe.mode': 'snapshot' },
  ])('goes on there behind the last row: %j', async (props) => {
    await withStandby(async (pair) => {
      const run = await started(pair, props);
      const first = await run.take(2);
      await pair.primary.psql('INSERT INTO items VALUES (3)');
      await expect.poll(() => pair.standby.psql('SELECT max(id) FROM items')).toContain('3');
      await pair.primary.kill();

      const records = [...first, ...(await takeOverFaults(run, 1))];

      expect(records.map(({ value }) => (value as Struct).values[0])).toEqual([1, 2, 3]);
    });
  });

  it('is refused with timestamp.safe.mode=watermark, since a standby does not show the transactions of its primary', async () => {
    await withStandby(async (pair) => {
      const run = await started(pair, { ...byTime, 'timestamp.safe.mode': 'watermark' });
      await run.take(2);
      await pair.primary.kill();

      await expect(takeOverFaults(run, 1)).rejects.toMatchObject({
        configKey: 'timestamp.safe.mode',
        suggestion: expect.stringContaining('snapshot') as string,
      });
    });
  });
});
