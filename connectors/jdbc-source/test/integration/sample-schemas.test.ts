import type { SourceRecord, Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { RENTAL, TRADE } from '../support/sample-schemas.ts';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres((server) => server.psql(`${RENTAL}\n${TRADE}`));

const rowOf = (record: SourceRecord): Record<string, unknown> => {
  const { schema, values } = record.value as Struct;
  return Object.fromEntries(schema.fields.map(({ name, index }) => [name, values[index]]));
};

/** How many records each topic got. */
function counts(records: readonly SourceRecord[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { topic } of records) found[topic] = (found[topic] ?? 0) + 1;
  return found;
}

describe('a film rental', () => {
  it('is read whole, each partition as a table of its own, with every type', async () => {
    const run = await database.started({
      mode: 'bulk',
      'table.include.list': 'rental\\..*',
      'type.mapping': 'native',
      'topic.prefix': '',
      'poll.interval.ms': '60000',
    });

    const records = await run.take(122);

    expect(counts(records)).toEqual({ film: 60, payment_2024_01: 31, payment_2024_02: 29, staff: 2 });
    const film = rowOf(records.find(({ topic }) => topic === 'film') as SourceRecord);
    expect(film).toMatchObject({ film_id: 1, title: 'Film 1', released: 1951, rating: 'PG', words: "'cat':4 'film':2" });
    expect(film['features']).toEqual(['Trailers', null, 'Cut "1"']);
    const pictures = records.filter(({ topic }) => topic === 'staff').map((record) => rowOf(record)['picture']);
    expect(pictures).toEqual([Buffer.from([0x89, 0x50, 0x4e, 0x47]), null]);
  });

  it('shows the updates that its triggers date, each once', async () => {
    const run = await database.started({
      mode: 'timestamp+incrementing',
      'timestamp.columns.mapping': 'rental\\.(film|staff):[last_update]',
      'incrementing.column.mapping': 'rental\\.film:film_id,rental\\.staff:staff_id',
      'table.include.list': 'rental\\.(film|staff)',
      'timestamp.safe.mode': 'snapshot',
      'topic.prefix': '',
    });
    expect(counts(await run.take(62))).toEqual({ film: 60, staff: 2 });
    await database.server.psql('UPDATE rental.film SET length = length + 1 WHERE film_id IN (7, 9); UPDATE rental.staff SET active = true');

    const records = await run.take(5, 1500);

    expect(counts(records)).toEqual({ film: 2, staff: 2 });
    expect(records.filter(({ topic }) => topic === 'film').map((record) => rowOf(record)['film_id'])).toEqual([7, 9]);
  });

  it('is read by its partitioned table and its view where these are asked for', async () => {
    const run = await database.started({
      mode: 'bulk',
      'table.include.list': 'rental\\.(payment|film_list)',
      'table.types': 'PARTITIONED TABLE,VIEW',
      'topic.prefix': '',
      'poll.interval.ms': '60000',
    });

    expect(counts(await run.take(120))).toEqual({ film_list: 60, payment: 60 });
  });
});

describe('a trading house', () => {
  it('has its keys of one and of several columns, its padding and its nulls', async () => {
    const run = await database.started({
      mode: 'bulk',
      'table.include.list': 'trade\\..*',
      'record.key': 'primary_key',
      'topic.name.template': '${schema}.${table}',
      'poll.interval.ms': '60000',
    });

    const records = await run.take(9);

    expect(counts(records)).toEqual({ 'trade.Order_Details': 3, 'trade.categories': 2, 'trade.customers': 2, 'trade.orders': 2 });
    const keys = records.map(({ topic, key }) => `${topic} ${(key as Struct).values.join('/')}`);
    expect(keys).toContain('trade.Order_Details 10248/42');
    expect(keys).toContain('trade.customers BON  ');
    const orders = records.filter(({ topic }) => topic === 'trade.orders').map(rowOf);
    expect(orders).toEqual([
      { order_id: 10_248, customer_id: 'ALFKI', ordered: 9681, shipped: 9693, freight: Math.fround(32.38) },
      { order_id: 10_249, customer_id: 'BON  ', ordered: 9682, shipped: null, freight: null },
    ]);
  });
});
