import { isStruct, Schema, TypedNumber, type Properties, type SourceRecord, type Struct } from '@millrace/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { ManualClock, startTask, take } from './harness.ts';

const fast: Properties = { rate: '0', 'start.time': '2026-01-01T00:00:00Z' };

/** Everything that a topic and the offset store see of a record. */
function seen(record: SourceRecord): unknown {
  const { topic, key, keySchema, valueSchema, sourcePartition, sourceOffset, timestamp, value } = record;
  return {
    topic,
    key,
    keySchema,
    valueSchema,
    sourcePartition,
    sourceOffset,
    timestamp,
    value: isStruct(value) ? value.toString() : value,
  };
}

function fields(record: SourceRecord): Record<string, unknown> {
  return record.value as Record<string, unknown>;
}

describe('DatagenSourceTask', () => {
  it('makes store items with a schema, keyed by store', async () => {
    const [record] = await take(await startTask(fast), 1);

    const value = record?.value as Struct;
    expect(record?.valueSchema?.name).toBe('io.millrace.datagen.Item');
    expect(() => value.validate()).not.toThrow();
    expect(value.getInt64('id')).toBe(0);
    expect(value.getString('timestamp')).toBe('2026-01-01T00:00:00.000000');
    expect(record).toMatchObject({
      topic: 't',
      keySchema: Schema.STRING_SCHEMA,
      key: value.getString('storeName'),
      timestamp: Date.UTC(2026, 0, 1),
      sourcePartition: { generator: 'items', task: 0 },
      sourceOffset: { generated: 1 },
    });
  });

  it('makes orders with a nested address and a timestamp of logical type, keyed by customer', async () => {
    const records = await take(await startTask({ ...fast, quickstart: 'orders' }), 100);

    for (const [index, { key, value, timestamp }] of records.entries()) {
      const order = value as Struct;
      expect(() => order.validate()).not.toThrow();
      expect(key).toBe(order.getString('customerID'));
      expect(order.getString('orderID')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(order.get('timestamp')).toEqual(new Date(Date.UTC(2026, 0, 1) + index));
      expect(timestamp).toBe(Date.UTC(2026, 0, 1) + index);
      expect(order.getFloat64('totalPrice')).toBeCloseTo((order.getFloat64('unitPrice') ?? 0) * (order.getInt32('quantity') ?? 0), 2);
      expect(order.getStruct('shippingAddress')?.getString('city')).toMatch(/^\p{L}/u);
    }
  });

  it('makes maps without a schema, in which a double stays a double', async () => {
    const records = await take(await startTask({ ...fast, 'value.format': 'map' }), 2000);

    expect(records.every(({ valueSchema, keySchema }) => valueSchema === null && keySchema === null)).toBe(true);
    expect(Object.keys(fields(records[0]!))).toEqual(['id', 'price', 'quantity', 'sku', 'storeName', 'timestamp', 'type']);
    for (const record of records) {
      const { price, quantity } = fields(record);
      expect(price instanceof TypedNumber || !Number.isInteger(price)).toBe(true);
      expect(Number.isInteger(quantity)).toBe(true);
    }
    expect(records.some((record) => fields(record).price instanceof TypedNumber)).toBe(true);
    const [order] = await take(await startTask({ ...fast, 'value.format': 'map', quickstart: 'orders' }), 1);
    expect(fields(order!).shippingAddress).toMatchObject({ city: expect.any(String) as unknown, zipcode: expect.any(String) as unknown });
  });

  it('makes prices of two digits, and ids that tell records of a run apart', async () => {
    const records = await take(await startTask({ ...fast, 'value.format': 'map' }), 5000);

    for (const record of records) {
      const price = Number(fields(record).price);
      expect(price).toBeGreaterThan(0);
      expect(price).toBeLessThanOrEqual(100);
      expect(price).toBe(Number(price.toFixed(2)));
    }
    expect(records.map((record) => fields(record).id)).toEqual(Array.from({ length: 5000 }, (_, index) => index));
    expect(new Set(records.map(({ key }) => key)).size).toBe(5);
  });

  it('takes another field as the key, or none', async () => {
    const [byId] = await take(await startTask({ ...fast, 'key.field': 'id' }), 1);
    const [without] = await take(await startTask({ ...fast, 'key.field': '' }), 1);

    expect(byId).toMatchObject({ keySchema: Schema.INT64_SCHEMA, key: 0 });
    expect(without).toMatchObject({ keySchema: null, key: null });
    await expect(startTask({ ...fast, 'key.field': 'orderID' })).rejects.toThrow('Invalid value orderID for configuration key.field');
  });

  it('goes on after a crash with exactly the records that would have come', async () => {
    const arbitrary = fc.record({
      quickstart: fc.constantFrom('items', 'orders'),
      'value.format': fc.constantFrom('schema', 'map'),
      seed: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      'task.index': fc.nat({ max: 50 }).map(String),
      batches: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
      stoppedAt: fc.integer({ min: 1, max: 60 }),
    });

    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ batches: [before, after], stoppedAt, ...rest }) => {
        const props = { ...fast, ...rest };
        const whole = await take(await startTask({ ...props, 'batch.size': String(before) }), 100);
        const offset = whole[stoppedAt - 1]?.sourceOffset ?? null;

        const resumed = await take(await startTask({ ...props, 'batch.size': String(after) }, offset), 100 - stoppedAt);

        expect(resumed.map(seen)).toEqual(whole.slice(stoppedAt).map(seen));
      }),
      { numRuns: 50 },
    );
  });

  it('goes on beyond 2^32 records', async () => {
    const start = { generated: 2 ** 32 - 1 };

    const records = await take(await startTask({ ...fast, 'value.format': 'map' }, start), 3);

    expect(records.map((record) => fields(record).id)).toEqual([2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1]);
    const [first] = await take(await startTask({ ...fast, 'value.format': 'map' }), 1);
    expect(fields(records[1]!).price).not.toEqual(fields(first!).price);
  });

  it('makes the same records in every version', async () => {
    const [item] = await take(await startTask({ ...fast, seed: '42' }), 1);
    const [order] = await take(await startTask({ ...fast, seed: '42', quickstart: 'orders', 'task.index': '3' }), 1);

    expect(String(item?.value)).toMatchInlineSnapshot(
      `"Struct{id=0,price=15.61,quantity=8,sku=Item_5,storeName=Store_3,timestamp=2026-01-01T00:00:00.000000,type=SALE}"`,
    );
    expect(String(order?.value)).toMatchInlineSnapshot(
      `"Struct{orderID=c31551b5-95a1-4d64-91fa-a79e264f7c7d,customerID=C084,productID=P001,quantity=4,unitPrice=430.76,totalPrice=1723.04,status=pending,shippingAddress=Struct{street=739 Main Street,city=Austin,state=TX,zipcode=78701,country=USA},timestamp=Thu Jan 01 00:00:00 UTC 2026}"`,
    );
  });

  it('makes other records for another task and for another seed', async () => {
    const values = async (props: Properties): Promise<unknown[]> =>
      (await take(await startTask({ ...fast, quickstart: 'orders', ...props }), 1000)).map(({ value }) =>
        (value as Struct).getString('orderID'),
      );

    const all = [
      await values({}),
      await values({ 'task.index': '1' }),
      await values({ seed: '2' }),
      await values({ seed: '4294967297' }),
    ].flat();

    expect(new Set(all).size).toBe(4000);
  });

  it('is done after its count of records, also across a restart, and then idles until the signal fires', async () => {
    const props = { ...fast, count: '5', 'batch.size': '3' };
    const first = await startTask(props);
    expect(await first.poll(new AbortController().signal)).toHaveLength(3);

    const second = await startTask(props, { generated: 3 }, systemClock);
    expect(await second.poll(new AbortController().signal)).toHaveLength(2);
    const stop = new AbortController();
    const idle = second.poll(stop.signal);
    stop.abort();

    expect(await idle).toBeNull();
  });

  it('spaces the times of the records by the rate, from the start time on', async () => {
    const records = await take(await startTask({ rate: '4', 'start.time': '1000', 'batch.size': '2' }), 5);

    expect(records.map(({ timestamp }) => timestamp)).toEqual([1000, 1250, 1500, 1750, 2000]);
  });

  it('takes the time of the clock without a start time', async () => {
    const clock = new ManualClock();
    const records = await take(await startTask({ rate: '0', 'value.format': 'map' }, null, clock), 3);

    expect(records.map(({ timestamp }) => timestamp)).toEqual([clock.nowMs, clock.nowMs, clock.nowMs]);
    expect(records.map((record) => String(fields(record).timestamp).slice(-6))).toEqual(['000000', '000001', '000002']);
  });

  it('refuses a stored offset that is not its own', async () => {
    await expect(startTask(fast, { position: 3 })).rejects.toThrow("contain the key 'generated'");
  });

  it('can be stopped twice, and before it was started', async () => {
    const task = await startTask(fast);
    task.stop();
    task.stop();

    expect(await task.poll(new AbortController().signal)).toBeNull();
  });
});
