import type { MongoService } from '@millrace/test-services';
import { mongoForFile } from '@millrace/test-services/for-file';
import { describe, expect, it } from 'vitest';
import { record } from '../records.ts';
import { numbered, SinkRun, values } from './sink-run.ts';

let mongo: MongoService;

mongoForFile(async (server) => {
  mongo = server;
});

const inserts = { 'writemodel.strategy': 'InsertOneDefaultStrategy' };
const ordered = values('{"_id":0}', '{"_id":1}', '{"_id":1}', '{"_id":2}', '{"_id":0}', '{"_id":3}');

describe('A duplicate key', () => {
  it('is reported for its own record, and the records behind it in an ordered batch are written', async () => {
    const run = await SinkRun.start(mongo, inserts);

    await run.put(ordered);

    expect(await run.ids()).toEqual([0, 1, 2, 3]);
    expect(run.reports.map((text) => text.slice(0, 34))).toEqual([
      '2: WriteException v=1, code=11000,',
      '4: WriteException v=1, code=11000,',
    ]);
  });

  it('takes the records behind it along where the behaviour of the original is asked for', async () => {
    const run = await SinkRun.start(mongo, { ...inserts, 'mongo.ordered.skip.mode': 'report' });

    await run.put(ordered);

    expect(await run.ids()).toEqual([0, 1]);
    expect(run.reports.map((text) => text.split(' v=1')[0]?.trim())).toEqual([
      '2: WriteException',
      '3: WriteSkippedException',
      '4: WriteSkippedException',
      '5: WriteSkippedException',
    ]);
  });

  it('is reported for each of several records of an unordered batch', async () => {
    const run = await SinkRun.start(mongo, { ...inserts, 'bulk.write.ordered': 'false' });

    await run.put(ordered);

    expect(await run.ids()).toEqual([0, 1, 2, 3]);
    expect(run.reports.map((text) => text.split(':')[0])).toEqual(['2', '4']);
  });

  it('counts as written where duplicates are ignored', async () => {
    const run = await SinkRun.start(mongo, { ...inserts, 'mongo.ignore.duplicate.key': 'true' });

    await run.put(ordered);

    expect(await run.ids()).toEqual([0, 1, 2, 3]);
    expect(run.reports).toEqual([]);
  });

  it('fails the task with the place of the record where errors are not tolerated', async () => {
    const run = await SinkRun.start(mongo, { ...inserts, 'errors.tolerance': 'none', 'mongo.errors.tolerance': 'none' });

    await expect(run.put(ordered)).rejects.toThrow(/topic topic, partition 0, offset 2 cannot be written: v=1, code=11000/);

    expect(run.reports).toEqual([]);
  });
});

describe('A record that cannot be written', () => {
  it('is reported with what the validator of the collection says', async () => {
    // Unordered, since the stand-in forgets what came before a refused document of an ordered batch.
    const run = await SinkRun.start(mongo, { ...inserts, 'bulk.write.ordered': 'false' });
    const validator = { $jsonSchema: { bsonType: 'object', required: ['a'], properties: { a: { bsonType: 'string' } } } };
    await run.collection.db.createCollection('items', { validator });

    await run.put(values('{"_id":0,"a":"x"}', '{"_id":1,"a":5}', '{"_id":2,"a":"y"}'));

    expect(await run.ids()).toEqual([0, 2]);
    expect(run.reports).toHaveLength(1);
    expect(run.reports[0]).toMatch(/^1: WriteException v=1, code=121, message=.*, details=\{.*schemaRulesNotSatisfied/);
  });

  it('is found in its batch when its document is larger than 16 MB', async () => {
    const run = await SinkRun.start(mongo);
    const large = JSON.stringify({ _id: 3, text: 'x'.repeat(17 * 1024 * 1024) });

    await run.put([...numbered(3), record({ value: large, offset: 3 }), ...values('{"_id":4}', '{"_id":5}')]);

    expect(await run.ids()).toEqual([0, 1, 2, 4, 5]);
    expect(run.reports).toHaveLength(1);
    expect(run.reports[0]).toContain('larger than the maximum size');
  });

  it('is skipped when no document can be made of it', async () => {
    const run = await SinkRun.start(mongo);

    await run.put(values('{"_id":0}', 'Store_1', '{"_id":2}'));

    expect(await run.ids()).toEqual([0, 2]);
    expect(run.reports[0]).toContain("1: DataException Could not convert value 'Store_1'");
  });
});

describe('A write concern that is not met', () => {
  it('is reported for each record of the batch, which is written nevertheless', async () => {
    const run = await SinkRun.start(mongo, {}, `${mongo.uri}?w=5`);

    await run.put(numbered(2));

    expect(await run.ids()).toEqual([0, 1]);
    expect(run.reports.map((text) => text.slice(0, 40))).toEqual([
      '0: WriteConcernException v=1, code=100, ',
      '1: WriteConcernException v=1, code=100, ',
    ]);
  });
});

describe('Batches', () => {
  it('hold at most as many writes as configured, and go to the namespace of each record in order', async () => {
    const mapper = { 'namespace.mapper': 'FieldPathNamespaceMapper', 'namespace.mapper.value.collection.field': 'to' };
    const run = await SinkRun.start(mongo, { ...mapper, 'max.batch.size': '2' });

    await run.put(values('{"_id":0,"to":"a"}', '{"_id":1,"to":"a"}', '{"_id":2,"to":"a"}', '{"_id":3,"to":"b"}', '{"_id":4}'));

    const count = (name: string): Promise<number> => run.collection.db.collection(name).countDocuments();
    expect([await count('a'), await count('b'), await count('items')]).toEqual([3, 1, 1]);
  });

  it('delete documents of records without a value', async () => {
    const run = await SinkRun.start(mongo, { 'document.id.strategy': 'FullKeyStrategy', 'delete.on.null.values': 'true' });

    await run.put([
      record({ key: '{"k":1}', value: '{"a":1}', offset: 0 }),
      record({ key: '{"k":2}', value: '{"a":2}', offset: 1 }),
      record({ key: '{"k":1}', offset: 2 }),
    ]);

    expect(await run.ids()).toEqual([{ k: 2 }]);
  });

  it('update arrays that became shorter from change events', async () => {
    const run = await SinkRun.start(mongo, {
      'change.data.capture.handler': 'com.mongodb.kafka.connect.sink.cdc.mongodb.ChangeStreamHandler',
    });
    await run.collection.insertOne({ _id: 1 as never, l: [1, 2, 3], a: 1, gone: true });
    const updateDescription = { updatedFields: { a: 2 }, removedFields: ['gone'], truncatedArrays: [{ field: 'l', newSize: 1 }] };

    await run.put(values(JSON.stringify({ operationType: 'update', documentKey: { _id: 1 }, updateDescription })));

    expect(await run.collection.findOne()).toEqual({ _id: 1, l: [1], a: 2 });
  });
});

describe('A time series', () => {
  it('is made when the collection is not there', async (context) => {
    if (mongo.isStandIn) context.skip('only a real mongod has time series: set MILLRACE_MONGODB_URI');
    const run = await SinkRun.start(mongo, { 'timeseries.timefield': 't', 'timeseries.timefield.auto.convert': 'true' });

    await run.put(values('{"_id":0,"t":1000}'));

    const [info] = await run.collection.db.listCollections({ name: 'items' }).toArray();
    expect(info?.type).toBe('timeseries');
    expect(await run.collection.findOne()).toEqual({ _id: 0, t: new Date(1000) });
  });
});
