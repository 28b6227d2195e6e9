import type { Logger, Properties, SinkRecord } from '@millrace/api';
import type { MongoService } from '@millrace/test-services';
import { type Collection, MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { MongoSinkTask } from '../../src/task.ts';
import { record } from '../records.ts';

const silent = (): void => {};
const LOG: Logger = { error: silent, warn: silent, info: silent, debug: silent };

/** A task on a database of its own, and what it reported. */
export class SinkRun {
  readonly task = new MongoSinkTask();
  /** Offset and error of each record that was reported, as `offset: class message`. */
  readonly reports: string[] = [];
  /** Waits that the task asked for, in milliseconds. */
  readonly waits: number[] = [];
  readonly database: string;
  readonly collection: Collection;

  private constructor(client: MongoClient, database: string) {
    this.database = database;
    this.collection = client.db(database).collection('items');
  }

  /** Starts a task that tolerates errors. @param uri where the task connects to; the test itself goes to the server */
  static async start(mongo: MongoService, props: Properties = {}, uri = mongo.uri): Promise<SinkRun> {
    const client = new MongoClient(mongo.uri);
    const run = new SinkRun(client, `sink_${process.pid}_${process.hrtime.bigint()}`);
    const all = {
      topics: 'topic',
      'connection.uri': uri,
      database: run.database,
      collection: 'items',
      'errors.tolerance': 'all',
      'mongo.retry.backoff.ms': '10',
      ...props,
    };
    run.task.initialize({
      log: LOG,
      configs: () => all,
      offset: silent,
      timeout: (waitMs) => void run.waits.push(waitMs),
      assignment: () => [],
      pause: silent,
      resume: silent,
      requestCommit: silent,
      errantRecordReporter: {
        report: async (failed, error) => {
          const { javaClass, message } = error as { javaClass: string; message: string };
          run.reports.push(`${failed.kafkaOffset}: ${javaClass.split('.').at(-1)} ${message}`);
        },
      },
    });
    run.task.start(all);
    onTestFinished(async () => {
      await run.task.stop();
      await client.close(true);
    });
    return run;
  }

  put(records: readonly SinkRecord[]): Promise<void> {
    return this.task.put(records, AbortSignal.timeout(30_000));
  }

  /** Puts the same records until they go through, as a worker does. @returns the messages of the failures before */
  async putUntilDone(records: readonly SinkRecord[], afterFailure: () => Promise<void> | void = silent): Promise<string[]> {
    const failures: string[] = [];
    const deadline = AbortSignal.timeout(30_000);
    for (;;) {
      try {
        await this.task.put(records, deadline);
        return failures;
      } catch (error) {
        const { name, message } = error as Error;
        if (name !== 'RetriableException') throw error;
        failures.push(message);
        await afterFailure();
      }
    }
  }

  /** The `_id` of all documents, in order. */
  async ids(): Promise<unknown[]> {
    const found = await this.collection.find().sort({ _id: 1 }).toArray();
    return found.map(({ _id }) => _id);
  }
}

/** Records whose values are these texts, from offset 0. */
export function values(...texts: readonly string[]): SinkRecord[] {
  return texts.map((value, offset) => record({ value, offset }));
}

/** Records with the `_id`s 0 to `count - 1`. */
export function numbered(count: number): SinkRecord[] {
  return values(...Array.from({ length: count }, (_, n) => `{"_id":${n}}`));
}
