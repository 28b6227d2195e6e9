import type { SourceRecord, Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import type { Run } from '../support/run.ts';
import { takeOverFaults } from '../support/take-over-faults.ts';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres();

/** Field by field: type, with a question mark where it is optional. */
const shapeOf = (record: SourceRecord | undefined): Record<string, string> =>
  Object.fromEntries((record?.valueSchema?.fields ?? []).map(({ name, schema }) => [name, `${schema.type}${schema.optional ? '?' : ''}`]));
const valuesOf = (record: SourceRecord | undefined): unknown[] => (record?.value as Struct | undefined)?.values ?? [];

let tables = 0;

/** A task that has read the first row of a new table by its id. */
async function behindFirstRow(columns: string, row: string, props: Record<string, string> = {}): Promise<{ table: string; run: Run }> {
  const table = `e${(tables += 1)}`;
  await database.server.psql(`CREATE TABLE ${table} (id int PRIMARY KEY${columns}); INSERT INTO ${table} VALUES (1${row})`);
  const run = await database.started({ mode: 'incrementing', 'incrementing.column.name': 'id', 'table.whitelist': table, ...props });
  await run.take(1);
  return { table, run };
}

describe('a table that changes while it is read', () => {
  it.each([
    { what: 'a column is added', change: 'ADD t text', next: "2, 'x'", shape: { id: 'int32', t: 'string?' }, values: [2, 'x'] },
    {
      what: 'a column without nulls is added',
      change: "ADD t text NOT NULL DEFAULT 'd'",
      next: '2',
      shape: { id: 'int32', t: 'string' },
      values: [2, 'd'],
    },
    { what: 'a column is dropped', change: 'DROP a', next: '2, 6', shape: { id: 'int32', b: 'int32?' }, values: [2, 6] },
    {
      what: 'a column is renamed',
      change: 'RENAME a TO z',
      next: '2, 5, 6',
      shape: { id: 'int32', z: 'int32?', b: 'int32?' },
      values: [2, 5, 6],
    },
    {
      what: 'a type is widened',
      change: 'ALTER a TYPE bigint',
      next: `2, ${2 ** 40}`,
      shape: { id: 'int32', a: 'int64?', b: 'int32?' },
      values: [2, 2 ** 40, null],
    },
    {
      what: 'a type becomes text',
      change: 'ALTER a TYPE text',
      next: "2, 'x'",
      shape: { id: 'int32', a: 'string?', b: 'int32?' },
      values: [2, 'x', null],
    },
    {
      what: 'a column must not be null any more',
      change: 'ALTER a SET NOT NULL',
      next: '2, 6',
      shape: { id: 'int32', a: 'int32', b: 'int32?' },
      values: [2, 6, null],
    },
    {
      what: 'the type of the id is widened',
      change: 'ALTER id TYPE bigint',
      next: '2',
      shape: { id: 'int64', a: 'int32?', b: 'int32?' },
      values: [2, null, null],
    },
  ])('has its new schema in the next query when $what, and no row is read twice', async ({ change, next, shape, values }) => {
    const { table, run } = change.startsWith('ADD') ? await behindFirstRow('', '') : await behindFirstRow(', a int, b int', ', 5, 6');
    await database.server.psql(`ALTER TABLE ${table} ${change}; INSERT INTO ${table} VALUES (${next})`);

    const records = await run.take(1);

    expect(records).toHaveLength(1);
    expect(shapeOf(records[0])).toEqual(shape);
    expect(valuesOf(records[0])).toEqual(values);
  });

  it('has values that were added to an enum', async () => {
    await database.server.psql("CREATE TYPE light AS ENUM ('red')");
    const { table, run } = await behindFirstRow(', l light', ", 'red'");
    await database.server.psql("ALTER TYPE light ADD VALUE 'green'");
    await database.server.psql(`INSERT INTO ${table} VALUES (2, 'green')`);

    expect(valuesOf((await run.take(1))[0])).toEqual([2, 'green']);
  });

  it('has attributes that were added to a composite type, and loses those that were dropped', async () => {
    await database.server.psql('CREATE TYPE point2 AS (x int, y int)');
    const { table, run } = await behindFirstRow(', p point2', ', (1, 2)', { 'type.mapping': 'native' });
    await database.server.psql(
      `ALTER TYPE point2 DROP ATTRIBUTE x; ALTER TYPE point2 ADD ATTRIBUTE name text; INSERT INTO ${table} VALUES (2, (3, 'n'))`,
    );

    const point = valuesOf((await run.take(1))[0])[1] as Struct;

    expect(point.schema.fields.map(({ name }) => name)).toEqual(['y', 'name']);
    expect(point.values).toEqual([3, 'n']);
  });

  it('fails the task when the column that it is read by is dropped, and names it', async () => {
    const { table, run } = await behindFirstRow(', t text', ", 'x'");
    await database.server.psql(`ALTER TABLE ${table} DROP id`);

    await expect(run.take(1)).rejects.toThrow(/column "id" does not exist|Column 'id'/);
  });

  it('is waited for when it is dropped, and goes on behind the last id when it is there again with other columns', async () => {
    const { table, run } = await behindFirstRow(', t text', ", 'x'");
    await database.server.psql(`DROP TABLE ${table}`);
    await expect(run.take(1)).rejects.toThrow('is tried again');
    await database.server.psql(
      `CREATE TABLE ${table} (id bigint PRIMARY KEY, n numeric(5,1)); INSERT INTO ${table} VALUES (1, 0), (2, 7.5)`,
    );

    const records = await takeOverFaults(run, 1);

    expect(shapeOf(records[0])).toEqual({ id: 'int64', n: 'bytes?' });
    expect(valuesOf(records[0])[0]).toBe(2);
  });

  it('leaves the tasks when it is dropped, and comes back to them', async () => {
    await database.server.psql('CREATE SCHEMA gone; CREATE TABLE gone.a (id int); CREATE TABLE gone.b (id int)');
    const run = await database.started({ mode: 'bulk', 'table.include.list': 'gone\\..*', 'table.poll.interval.ms': '50' });
    await database.server.psql('DROP TABLE gone.b');
    await expect.poll(() => run.reconfigurations).toBe(1);

    expect(run.connector.taskConfigs(2).map(({ tables: list }) => list)).toEqual(['"gone"."a"']);
    await database.server.psql('CREATE TABLE gone.b (id int)');
    await expect.poll(() => run.reconfigurations).toBe(2);
    expect(run.connector.taskConfigs(2).map(({ tables: list }) => list)).toEqual(['"gone"."a"', '"gone"."b"']);
  });
});
