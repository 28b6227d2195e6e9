import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TopicPartition } from '@millrace/api';
import { onTestFinished } from 'vitest';
import { DiskStorage } from '../src/embedded/disk/disk-storage.ts';
import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import { EmbeddedLog } from '../src/embedded/embedded-log.ts';
import type { LogRecord } from '../src/embedded/log-record.ts';
import type { ProducerRecord } from '../src/port.ts';
import { Deliveries, recordOf } from './write-log.ts';

/** A folder that is gone when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One life of a log in a folder. */
export class OpenLog {
  readonly log: EmbeddedLog;
  readonly kafka: EmbeddedKafka;
  readonly warnings: string[] = [];

  constructor(folder: string, now: () => number = Date.now) {
    this.log = new EmbeddedLog({ storage: new DiskStorage({ folder, now, warn: (message) => void this.warnings.push(message) }), now });
    this.kafka = new EmbeddedKafka(this.log, () => this.log.close());
  }

  async createTopic(name: string, config: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.kafka.admin({}).createTopic({ name, partitions: 1, replicationFactor: -1, config });
  }

  /** Writes the records as one batch and waits for the acknowledgements. */
  async write(topic: string, records: readonly Partial<ProducerRecord>[]): Promise<Deliveries> {
    const producer = this.kafka.producer({});
    const deliveries = new Deliveries();
    for (const record of records) producer.append(recordOf(topic, record), deliveries, 0);
    await producer.flush();
    await producer.close(1000);
    return deliveries;
  }

  async writeTexts(topic: string, texts: readonly string[]): Promise<void> {
    await this.write(
      topic,
      texts.map((text) => ({ value: Buffer.from(text) })),
    );
  }

  /** Everything in partition 0, read in pieces. */
  records(topic: string, piece = 500): LogRecord[] {
    const log = this.log.partition(TopicPartition.of(topic, 0));
    const records: LogRecord[] = [];
    for (let next = log.startOffset; next < log.endOffset; ) {
      const found = log.read(next, piece);
      if (found.length === 0) break;
      records.push(...found);
      next = (found.at(-1) as LogRecord).offset + 1;
    }
    return records;
  }

  texts(topic: string): string[] {
    return this.records(topic).map(({ value }) => String(value));
  }

  async close(): Promise<void> {
    await this.kafka.close();
  }
}

/** Segment files of partition 0 of the only topic, oldest first. */
export async function segmentFiles(folder: string): Promise<string[]> {
  const [topic] = await readdir(join(folder, 'topics'));
  const partition = join(folder, 'topics', topic as string, '0');
  const names = await readdir(partition);
  return names
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => join(partition, name));
}
