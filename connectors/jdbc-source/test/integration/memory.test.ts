import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SourceRecord, Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { usePostgres } from '../support/use-postgres.ts';

/** Size of the large table in megabytes: a thousand in a long run, less in every day's. */
const TABLE_MB = Number(process.env['LARGE_TABLE_MB'] ?? 160);
const ROW_BYTES = 8000;
const BUDGET_MB = 64;

const database = usePostgres();
const byId = { mode: 'incrementing', 'incrementing.column.name': 'id' };
const ids = (records: readonly SourceRecord[]): unknown[] => records.map((record) => (record.value as Struct).values[0]);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Megabytes that are in use after a collection. */
function liveMb(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_000_000;
}

describe('memory', () => {
  it(`stays within ${BUDGET_MB} MB while a table of ${TABLE_MB} MB is read`, async () => {
    const rows = Math.round((TABLE_MB * 1_000_000) / ROW_BYTES);
    // Stored as it is, not compressed: what the server reads is what it sends.
    await database.server.psql(`CREATE TABLE large (id int PRIMARY KEY, t text);
      ALTER TABLE large ALTER t SET STORAGE EXTERNAL;
      INSERT INTO large SELECT g, repeat(md5(g::text), ${ROW_BYTES / 32}) FROM generate_series(1, ${rows}) g`);
    const run = await database.started({ ...byId, 'table.whitelist': 'large', 'max.buffer.bytes': '16000000' });
    const before = liveMb();
    let most = 0;
    let count = 0;
    let expected = 1;
    for (let polls = 1; count < rows; polls++) {
      const records = await run.take(1);
      for (const id of ids(records)) if (id === expected) expected += 1;
      count += records.length;
      if (polls % 50 === 0) most = Math.max(most, liveMb() - before);
    }

    expect([count, expected]).toEqual([rows, rows + 1]);
    expect(most).toBeLessThan(BUDGET_MB);
  }, 600_000);

  it('is bounded: a task that is not polled makes the server wait', async () => {
    const rows = 'SELECT g AS id, repeat(md5(g::text), 12000) AS t FROM generate_series(1, 150) g';
    await database.server.psql(`CREATE TABLE wide AS ${rows}; ALTER TABLE wide ALTER id SET NOT NULL`);
    const run = await database.started({ ...byId, 'table.whitelist': 'wide', 'max.buffer.bytes': '2000000' });
    const batches = [await run.take(1)];
    const waiting =
      "SELECT wait_event FROM pg_stat_activity WHERE application_name = 'millrace-jdbc-source' AND wait_event = 'ClientWrite'";
    await expect.poll(() => database.server.psql(waiting)).toContain('ClientWrite');
    while (batches.flat().length < 150) batches.push(await run.take(1));

    // What is at hand at one time is the budget and the rest of what one delivery of the socket held.
    const sizes = batches.map((records) => records.reduce((sum, record) => sum + ((record.value as Struct).values[1] as string).length, 0));
    expect(Math.max(...sizes)).toBeLessThan(4_000_000);
    expect(ids(batches.flat())).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
  });

  it('takes a value of 50 MB', async () => {
    await database.server.psql(
      "CREATE TABLE huge (id int PRIMARY KEY, b bytea); INSERT INTO huge VALUES (1, decode(repeat('ab', 52428800), 'hex')), (2, '\\x01')",
    );
    const run = await database.started({ ...byId, 'table.whitelist': 'huge' });

    const records = await run.take(2, 30_000);

    const [big, small] = records.map((record) => (record.value as Struct).values[1] as Buffer);
    expect(big?.length).toBe(52_428_800);
    expect(big?.equals(Buffer.alloc(52_428_800, 0xab))).toBe(true);
    expect(small).toEqual(Buffer.from([1]));
  });
});
