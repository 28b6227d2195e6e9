import type { SourceRecord, Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { connection, Run } from '../support/run.ts';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres();
const byPrimaryKey = { mode: 'bulk', 'record.key': 'primary_key', 'poll.interval.ms': '60000' };

const keyOf = (record: SourceRecord | undefined): unknown => {
  const key = record?.key as Struct | null | undefined;
  return key === null || key === undefined
    ? null
    : Object.fromEntries(key.schema.fields.map(({ name, index }) => [name, key.values[index]]));
};

describe('record.key=primary_key', () => {
  it('has the columns of the primary key, in its order', async () => {
    await database.server.psql(`CREATE TABLE lines (note text, line int, order_id bigint, PRIMARY KEY (order_id, line));
      INSERT INTO lines VALUES ('x', 2, 7)`);
    const [record] = await (await database.started({ ...byPrimaryKey, 'table.whitelist': 'lines' })).take(1);

    expect(record?.keySchema?.name).toBe('lines.Key');
    expect(record?.keySchema?.fields.map(({ name, schema }) => `${name} ${schema.type}${schema.optional ? '?' : ''}`)).toEqual([
      'order_id int64',
      'line int32',
    ]);
    expect(keyOf(record)).toEqual({ order_id: 7, line: 2 });
  });

  it('follows the primary key when it changes', async () => {
    await database.server.psql('CREATE TABLE rekeyed (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a)); INSERT INTO rekeyed VALUES (1, 2)');
    const run = await database.started({ ...byPrimaryKey, 'table.whitelist': 'rekeyed', 'poll.interval.ms': '20' });
    expect(keyOf((await run.take(1))[0])).toEqual({ a: 1 });
    await database.server.psql('ALTER TABLE rekeyed DROP CONSTRAINT rekeyed_pkey, ADD PRIMARY KEY (b)');

    await expect.poll(async () => keyOf((await run.take(1)).at(-1))).toEqual({ b: 2 });
  });

  it('gives no key where a table or a view has none', async () => {
    await database.server.psql(
      'CREATE SCHEMA bare; CREATE TABLE bare.t (a int UNIQUE); INSERT INTO bare.t VALUES (1); CREATE VIEW bare.v AS TABLE bare.t',
    );
    const run = await database.started({ ...byPrimaryKey, 'table.include.list': 'bare\\..*', 'table.types': 'TABLE,VIEW' });

    expect((await run.take(2)).map((record) => [record.keySchema, record.key])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('fails when the mapping leaves a column of the key out, and says what to do', async () => {
    await database.server.psql("CREATE TABLE nets (net inet PRIMARY KEY); INSERT INTO nets VALUES ('10.0.0.0/8')");
    const run = await database.started({ ...byPrimaryKey, 'table.whitelist': 'nets' });

    await expect(run.take(1)).rejects.toMatchObject({ configKey: 'record.key', suggestion: expect.stringContaining('native') as string });
    const native = await database.started({ ...byPrimaryKey, 'table.whitelist': 'nets', 'type.mapping': 'native' });
    expect(keyOf((await native.take(1))[0])).toEqual({ net: '10.0.0.0/8' });
  });
});

describe('topic.name.template', () => {
  const template = { mode: 'bulk', 'topic.prefix': 'p-', 'topic.name.template': '${prefix}${database}.${schema}.${table}' };

  it('tells tables of one name in two schemas apart', async () => {
    await database.server.psql(`CREATE SCHEMA s1; CREATE SCHEMA s2; CREATE TABLE s1.same AS SELECT 1 AS id; CREATE TABLE s2.same AS SELECT 2 AS id;
      CREATE TABLE s2."odd name" AS SELECT 3 AS id`);
    const tables = { 'table.include.list': 's[12]\\..*', 'poll.interval.ms': '60000' };
    const records = await (await database.started({ ...template, ...tables })).take(3);

    expect(records.map(({ topic }) => topic).sort()).toEqual(['p-postgres.s1.same', 'p-postgres.s2.odd_name', 'p-postgres.s2.same']);
    expect(new Set(records.map(({ valueSchema }) => valueSchema?.name))).toEqual(new Set(['odd name', 'same']));
    await expect(database.started({ ...template, ...tables, 'topic.name.template': '${table}' })).rejects.toMatchObject({
      configKey: 'topic.name.template',
      message: expect.stringContaining('s1.same and s2.same') as string,
    });
  });

  it('is refused when the name of a topic would be too long', async () => {
    await database.server.psql('CREATE TABLE longest (id int)');
    const props = { ...template, 'table.whitelist': 'longest', 'topic.name.template': `${'x'.repeat(245)}\${table}` };

    await expect(database.started(props)).rejects.toMatchObject({ configKey: 'topic.name.template' });
  });

  it.each([
    ['${table}${schema', "only a-z, A-Z, 0-9, '.', '_' and '-'"],
    ['all', '${table} has to be in it'],
    ['${tabel}', '${tabel} is none of ${prefix}, ${database}, ${schema}, ${table}'],
    ['${table}?', 'only a-z'],
  ])('%s is refused by validation', async (value, message) => {
    const props = { ...connection(database.server), mode: 'bulk', 'table.whitelist': 'x', 'topic.name.template': value };
    const { configValues } = await new Run(props).connector.validate(props, AbortSignal.timeout(10_000));

    const wrong = configValues.filter(({ errorMessages }) => errorMessages.length > 0);
    expect(wrong.map(({ name }) => name)).toEqual(['topic.name.template']);
    expect(wrong[0]?.errorMessages[0]).toContain(message);
  });
});
