import type { SourceRecord, Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import type { Run } from '../support/run.ts';
import { usePostgres } from '../support/use-postgres.ts';

const WRITERS = 20;
const TRANSACTIONS = Number(process.env['FAULT_ROUNDS'] ?? 8);

const database = usePostgres();

function propsOf(table: string, mode: string, safe: string): Record<string, string> {
  return {
    mode,
    ...(mode.startsWith('timestamp') ? { 'timestamp.column.name': 'at' } : {}),
    ...(mode.endsWith('incrementing') ? { 'incrementing.column.name': 'id' } : {}),
    'table.whitelist': table,
    'timestamp.safe.mode': safe,
    'poll.interval.ms': '5',
    'poll.linger.ms': '50',
    'batch.max.rows': '7',
  };
}

/** Repeatable pseudo-random numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** Transactions of several statements, with savepoints and rollbacks, in which times and ids are taken early and show late. */
async function write(table: string, writer: number, withUpdates: boolean): Promise<void> {
  const own = await database.session();
  const next = random(writer + 1);
  const insert = `INSERT INTO ${table} (writer, version) VALUES (${writer}, 1)`;
  for (let round = 0; round < TRANSACTIONS; round++) {
    await own.query('BEGIN');
    await own.query(insert);
    await own.query(`SELECT pg_sleep(${(next() * 0.03).toFixed(3)})`);
    await own.query('SAVEPOINT s');
    await own.query(insert);
    await own.query(next() < 0.3 ? 'ROLLBACK TO s' : 'RELEASE s');
    const update = `UPDATE ${table} SET version = version + 1, at = clock_timestamp() WHERE writer = ${writer}`;
    if (withUpdates && next() < 0.5) await own.query(`${update} AND id = (SELECT max(id) FROM ${table} WHERE writer = ${writer})`);
    await own.query(next() < 0.2 ? 'ROLLBACK' : 'COMMIT');
  }
}

const CREATE = '(id bigserial PRIMARY KEY, writer int, version int, at timestamptz NOT NULL DEFAULT now())';

const versionOf = (record: SourceRecord): string => {
  const { values } = record.value as Struct;
  return `${String(values[0])} v${String(values[2])}`;
};

/** Final versions of all rows of a table. */
async function finalVersions(table: string): Promise<string[]> {
  return (await database.server.psql(`SELECT id || ' v' || version FROM ${table} ORDER BY id`)).trim().split('\n');
}

/** What comes while writers write and until nothing more comes; stopped at random records and started from the offset of the last one. */
async function readWhile(writing: Promise<unknown>, props: Record<string, string>, lives: number): Promise<SourceRecord[]> {
  const next = random(lives);
  const offsets: Run['offsets'] = new Map();
  const read: SourceRecord[] = [];
  let isWriting = true;
  void writing.then(() => {
    isWriting = false;
  });
  let quiet = 0;
  for (let run = await database.started(props, offsets); quiet < 5; ) {
    const records = await run.take(1, 80);
    const kept = lives > 1 && next() < 0.3 ? records.slice(0, Math.ceil(next() * records.length)) : records;
    read.push(...kept);
    run.commit(kept.at(-1));
    quiet = records.length === 0 && !isWriting ? quiet + 1 : 0;
    if (kept.length === records.length) continue;
    run.stop();
    run = await database.started(props, offsets);
  }
  await writing;
  return read;
}

function repeated(versions: readonly string[]): string[] {
  return versions.filter((version, index) => versions.indexOf(version) !== index);
}

describe.each([
  ['timestamp+incrementing', 'snapshot', true],
  ['timestamp+incrementing', 'watermark', false],
  ['timestamp', 'watermark', false],
  ['incrementing', 'snapshot', false],
])('mode %s with timestamp.safe.mode=%s', (mode, safe, withUpdates) => {
  it(`misses and repeats no row of ${WRITERS} writers with savepoints and rollbacks`, async () => {
    const table = `w_${mode.replace('+', '_')}_${safe}`;
    await database.server.psql(`CREATE TABLE ${table} ${CREATE}; INSERT INTO ${table} (writer, version) VALUES (-1, 1)`);
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(table, writer, withUpdates)));

    const versions = (await readWhile(writing, propsOf(table, mode, safe), 1)).map(versionOf);

    const final = await finalVersions(table);
    expect(final.length).toBeGreaterThan(WRITERS);
    expect(final.filter((version) => !versions.includes(version))).toEqual([]);
    expect(repeated(versions)).toEqual([]);
  });
});

describe('timestamp.safe.mode=snapshot', () => {
  it.each(['timestamp+incrementing', 'incrementing'])(
    'in mode %s neither loses nor repeats a row over crashes between any two records',
    async (mode) => {
      const table = `c_${mode.replace('+', '_')}`;
      await database.server.psql(`CREATE TABLE ${table} ${CREATE}; INSERT INTO ${table} (writer, version) VALUES (-1, 1)`);
      const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(table, writer, mode !== 'incrementing')));

      const versions = (await readWhile(writing, propsOf(table, mode, 'snapshot'), 99)).map(versionOf);

      expect((await finalVersions(table)).filter((version) => !versions.includes(version))).toEqual([]);
      expect(repeated(versions)).toEqual([]);
    },
  );

  it('reads a row that was committed late, which mode off misses', async () => {
    const found: Record<string, string[]> = {};
    for (const safe of ['off', 'snapshot']) {
      const table = `late_${safe}`;
      await database.server.psql(`CREATE TABLE ${table} ${CREATE}`);
      const late = await database.session();
      await late.query('BEGIN');
      await late.query(`INSERT INTO ${table} (writer, version) VALUES (1, 1)`);
      await database.server.psql(`INSERT INTO ${table} (writer, version) VALUES (2, 1)`);
      const run = await database.started(propsOf(table, 'timestamp+incrementing', safe));
      const first = await run.take(1);
      await late.query('COMMIT');
      found[safe] = [...first, ...(await run.take(1, 500))].map(versionOf);
    }

    expect(found).toEqual({ off: ['2 v1'], snapshot: ['2 v1', '1 v1'] });
  });

  it('adds its state to the offset behind the keys of Confluent', async () => {
    await database.server.psql(`CREATE TABLE state ${CREATE}; INSERT INTO state (writer, version) VALUES (1, 1)`);
    const [record] = await (await database.started(propsOf('state', 'timestamp+incrementing', 'snapshot'))).take(1);

    expect(Object.keys(record?.sourceOffset ?? {})).toEqual(['timestamp_nanos', 'incrementing', 'timestamp', 'x_hor', 'x_seen', 'x_part']);
  });

  it('is refused for a view', async () => {
    await database.server.psql(`CREATE TABLE behind ${CREATE}; CREATE VIEW seen AS SELECT * FROM behind`);
    const props = { ...propsOf('seen', 'timestamp+incrementing', 'snapshot'), 'table.types': 'VIEW', 'validate.non.null': 'false' };

    await expect(database.started(props)).rejects.toMatchObject({ configKey: 'timestamp.safe.mode' });
  });
});

describe('timestamp.safe.mode=watermark', () => {
  it('is refused without the right to see all transactions, with the GRANT that helps', async () => {
    await database.server.psql(`CREATE ROLE limited LOGIN PASSWORD 'limited'; CREATE TABLE wm ${CREATE}; GRANT SELECT ON wm TO limited`);
    const props = { ...propsOf('wm', 'timestamp', 'watermark'), 'connection.user': 'limited', 'connection.password': 'limited' };

    await expect(database.started(props)).rejects.toMatchObject({
      suggestion: expect.stringContaining('GRANT pg_read_all_stats TO "limited"') as string,
    });
  });
});
