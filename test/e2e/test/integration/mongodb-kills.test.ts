import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MongoService } from '@millrace/test-services';
import { mongoForFile } from '@millrace/test-services/for-file';
import { type Collection, MongoClient } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import { eventually, freePort, MillraceProcess, temporaryFolder } from '../support/millrace-process.ts';
import { RandomMoments } from '../support/random-moments.ts';

const connectors = fileURLToPath(new URL('../../../../connectors', import.meta.url));
const rounds = Number(process.env['FAULT_ROUNDS'] ?? 8);
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
const count = 6000;
/** What the topic is filled with, a line a record. */
const LINES = Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join('');
let mongo: MongoService;
let client: MongoClient;

mongoForFile(async (server) => {
  mongo = server;
  client = new MongoClient(mongo.uri);
  return () => client.close(true);
});

/** A topic with the numbers below `count`, in a log in a folder, and a sink that takes them in small batches. */
class Numbers {
  readonly #folder: string;
  readonly #worker: string;
  readonly #port: number;
  readonly collection: Collection;

  private constructor(folder: string, port: number, collection: Collection) {
    this.#folder = folder;
    this.#port = port;
    this.#worker = join(folder, 'worker.properties');
    this.collection = collection;
  }

  static async inFolder(folder: string): Promise<Numbers> {
    const collection = client.db(`kills_${process.pid}`).collection('numbers');
    await collection.createIndex({ n: 1 }, { unique: true });
    const numbers = new Numbers(folder, await freePort(), collection);
    await numbers.#write();
    return numbers;
  }

  async #write(): Promise<void> {
    const string = 'org.apache.kafka.connect.storage.StringConverter';
    const input = join(this.#folder, 'in.txt');
    await writeFile(input, LINES);
    const settings = {
      'bootstrap.servers': `embedded:${join(this.#folder, 'log')}`,
      listeners: `http://127.0.0.1:${this.#port}`,
      'plugin.path': connectors,
      'key.converter': string,
      'value.converter': string,
      'offset.flush.interval.ms': '100',
    };
    await writeFile(
      this.#worker,
      Object.entries(settings)
        .map((entry) => `${entry.join('=')}\n`)
        .join(''),
    );
    const source = { name: 'source', 'connector.class': 'FileStreamSource', file: input, topic: 'numbers' };
    const sink = {
      name: 'sink',
      'connector.class': 'com.mongodb.kafka.connect.MongoSinkConnector',
      topics: 'numbers',
      'connection.uri': mongo.uri,
      database: this.collection.dbName,
      'document.id.strategy': 'com.mongodb.kafka.connect.sink.processor.id.strategy.KafkaMetaDataStrategy',
      'max.batch.size': '20',
      'consumer.override.max.poll.records': '20',
    };
    await writeFile(join(this.#folder, 'source.json'), JSON.stringify(source));
    await writeFile(join(this.#folder, 'sink.json'), JSON.stringify(sink));
  }

  start(connector: 'source' | 'sink'): MillraceProcess {
    return new MillraceProcess(['standalone', this.#worker, join(this.#folder, `${connector}.json`)]);
  }

  /** Fills the topic, once, and stops the worker in order. */
  async fill(): Promise<void> {
    const worker = this.start('source');
    await eventually(async () => {
      const response = await fetch(`http://127.0.0.1:${this.#port}/connectors/source/offsets`);
      const { offsets = [] } = (await response.json()) as { offsets?: { offset: { position: number } }[] };
      if (offsets[0]?.offset.position !== LINES.length) throw new Error(`the topic is not full:\n${worker.stderr}`);
    }, 30_000);
    await worker.stop('SIGTERM');
  }
}

describe('A worker with a MongoDB sink', () => {
  it(
    `has every record in the collection, once, after ${rounds} rounds in each of which it is killed at a random moment`,
    async () => {
      const moments = new RandomMoments(seed);
      const numbers = await Numbers.inFolder(await temporaryFolder());
      await numbers.fill();
      const counts: number[] = [];

      for (let round = 0; round < rounds; round += 1) {
        const worker = numbers.start('sink');
        const end = moments.between(500, 2500);
        await new Promise((resolve) => setTimeout(resolve, end));
        await worker.stop('SIGKILL');
        counts.push(await numbers.collection.estimatedDocumentCount());
      }
      const last = numbers.start('sink');
      // Not more often: a count costs the stand-in as much as a batch.
      const patience = { interval: 500, timeout: 60_000 };
      await vi.waitFor(async () => {
        const found = await numbers.collection.estimatedDocumentCount();
        if (found < count) throw new Error(`${found} of ${count} records are there (FAULT_SEED=${seed}):\n${last.stderr}`);
      }, patience);
      await last.stop('SIGTERM');

      const found = await numbers.collection.find().sort({ n: 1 }).toArray();
      expect(
        found.map(({ n }) => n as unknown),
        `FAULT_SEED=${seed}`,
      ).toEqual(Array.from({ length: count }, (_, n) => n));
      expect(new Set(found.map(({ _id }) => String(_id))).size).toBe(count);
      process.stdout.write(`killed after ${counts.join(', ')} documents (FAULT_SEED=${seed})\n`);
    },
    60_000 + rounds * 5000,
  );
});
