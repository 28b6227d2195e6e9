import type { SinkRecord } from '@millrace/api';
import { type FaultProxy, type MongoService, startFaultProxy } from '@millrace/test-services';
import { mongoForFile } from '@millrace/test-services/for-file';
import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { numbered, SinkRun, values } from './sink-run.ts';

let mongo: MongoService;
let admin: MongoClient;

mongoForFile(async (server) => {
  mongo = server;
  admin = new MongoClient(mongo.uri);
  return () => admin.close(true);
});

async function proxied(): Promise<{ readonly proxy: FaultProxy; readonly uri: string }> {
  const proxy = await startFaultProxy({ target: mongo.port });
  onTestFinished(() => proxy.close());
  const options = 'directConnection=true&serverSelectionTimeoutMS=300&connectTimeoutMS=300&retryWrites=false';
  return { proxy, uri: `mongodb://127.0.0.1:${proxy.port}/?${options}` };
}

async function failing(data: object, times: number): Promise<void> {
  await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: { times }, data });
  onTestFinished(async () => {
    await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
  });
}

describe('An outage', () => {
  it('asks for another try with longer and longer waits, and reports nothing even where all errors are tolerated', async () => {
    const { proxy, uri } = await proxied();
    const run = await SinkRun.start(mongo, {}, uri);
    await run.put(numbered(1));
    proxy.refuse();
    proxy.resetAll();
    const records = numbered(20);
    let tries = 0;

    const failures = await run.putUntilDone(records, () => ((tries += 1) === 3 ? proxy.accept() : undefined));

    expect(failures).toHaveLength(3);
    expect(run.waits).toEqual([10, 20, 40]);
    expect(run.reports).toEqual([]);
    expect(await run.ids()).toHaveLength(20);
  });

  it('gives up after the time that is configured', async () => {
    const { proxy, uri } = await proxied();
    const run = await SinkRun.start(mongo, { 'mongo.retry.timeout.ms': '0' }, uri);
    proxy.refuse();

    await expect(run.put(numbered(1))).rejects.toThrow(/given up after mongo.retry.timeout.ms=0/);

    expect(run.reports).toEqual([]);
  });

  it.each(['InsertOneDefaultStrategy', 'ReplaceOneDefaultStrategy'])(
    'that takes the answer away leaves one document a record, also with random ids (%s)',
    async (strategy) => {
      const { proxy, uri } = await proxied();
      const run = await SinkRun.start(mongo, { 'writemodel.strategy': strategy }, uri);
      const records = values(...Array.from({ length: 50 }, (_, n) => `{"n":${n}}`));
      await run.put(values('{"n":-1}'));
      // The server gets the batch and does it; nobody hears of it.
      for (const connection of proxy.connections) connection.cutAfter(1, 'down');

      const failures = await run.putUntilDone(records);

      expect(failures.length).toBeGreaterThan(0);
      expect(run.reports).toEqual([]);
      expect(await run.ids()).toHaveLength(51);
    },
  );
});

describe('A change of the primary', () => {
  it.each([10_107, 11_600, 189, 91])('that answers %i is waited for', async (errorCode) => {
    const { uri } = await proxied();
    const run = await SinkRun.start(mongo, {}, uri);
    await failing({ failCommands: ['update'], errorCode }, 2);

    const failures = await run.putUntilDone(numbered(5));

    expect(failures.length).toBeGreaterThan(0);
    expect(run.reports).toEqual([]);
    expect(await run.ids()).toEqual([0, 1, 2, 3, 4]);
  });

  it('that answers with a write concern that timed out is waited for, since the writes can be repeated', async () => {
    const { uri } = await proxied();
    const run = await SinkRun.start(mongo, {}, uri);
    await failing({ failCommands: ['update'], writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } }, 1);

    const failures = await run.putUntilDone(numbered(3));

    expect(failures).toHaveLength(1);
    expect(run.reports).toEqual([]);
    expect(await run.ids()).toEqual([0, 1, 2]);
  });
});

describe('A server that may not be written to', () => {
  it('fails the task and reports nothing', async () => {
    const run = await SinkRun.start(mongo);
    await failing({ failCommands: ['update'], errorCode: 13 }, 1);

    await expect(run.put(numbered(3))).rejects.toThrow(/failed/);

    expect(run.reports).toEqual([]);
  });
});

/** Kills the server while a batch is written, and starts it again. */
async function putDuringKill(run: SinkRun, batch: readonly SinkRecord[]): Promise<void> {
  const restarted = mongo.kill().then(() => mongo.restart());
  await run.putUntilDone(batch, () => restarted);
  await restarted;
}

describe('A server that is killed', () => {
  it('has everything that was acknowledged when it is back, each record once', async (context) => {
    if (!mongo.capabilities.has('kill')) context.skip('the server is not ours');
    const { uri } = await proxied();
    const run = await SinkRun.start(mongo, {}, uri);
    const batches = Array.from({ length: 12 }, (_, at) => numbered((at + 1) * 50).slice(at * 50));
    for (const [at, batch] of batches.entries()) {
      if (at % 3 === 1) await putDuringKill(run, batch);
      else await run.putUntilDone(batch);
    }

    expect(await run.ids()).toEqual(Array.from({ length: 600 }, (_, n) => n));
    expect(run.reports).toEqual([]);
  });
});
