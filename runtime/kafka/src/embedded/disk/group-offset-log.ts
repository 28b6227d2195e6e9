import { TopicPartition } from '@millrace/api';
import type { OffsetAndMetadata } from '../../port.ts';
import type { StoredOffset } from '../log-storage.ts';
import { memorySize } from '../log-record.ts';
import { diskDefaults, TopicConfig } from '../topic-config.ts';
import { DiskPartition, type DiskPartitionOptions } from './disk-partition.ts';

type Key = readonly [groupId: string, topic: string, partition: number];

/** Name of the topic in which Kafka keeps the same. Here it is no topic that anybody can read. */
const topic = '__consumer_offsets';

/** What groups have committed, in a compacted partition of its own. */
export class GroupOffsetLog {
  readonly #log: DiskPartition;
  readonly #now: () => number;

  constructor(options: Pick<DiskPartitionOptions, 'folder' | 'now' | 'warn'>) {
    // A removed offset need not stay for slow readers: there are none.
    const config = new TopicConfig({ 'cleanup.policy': 'compact', 'delete.retention.ms': '0' }, diskDefaults);
    this.#log = new DiskPartition({ ...options, topic, partition: 0, config });
    this.#now = options.now;
  }

  /** Everything that is committed. */
  readAll(): StoredOffset[] {
    const latest = new Map<string, string | null>();
    for (let offset = this.#log.startOffset; offset < this.#log.endOffset; ) {
      const records = this.#log.read(offset, Number.POSITIVE_INFINITY);
      for (const { key, value } of records) latest.set(String(key), value === null ? null : String(value));
      offset = (records.at(-1)?.offset ?? this.#log.endOffset) + 1;
    }
    return [...latest].flatMap(([key, value]) => {
      if (value === null) return [];
      const [groupId, topicName, partition] = JSON.parse(key) as Key;
      return [{ groupId, partition: TopicPartition.of(topicName, partition), offset: JSON.parse(value) as OffsetAndMetadata }];
    });
  }

  /** A null offset removes what was committed. */
  put(groupId: string, partition: TopicPartition, offset: OffsetAndMetadata | null): void {
    const key: Key = [groupId, partition.topic, partition.partition];
    const record = {
      topic,
      partition: 0,
      key: Buffer.from(JSON.stringify(key)),
      value: offset === null ? null : Buffer.from(JSON.stringify(offset)),
      timestamp: null,
      headers: [],
    };
    this.#log.append(record, memorySize(record), this.#now());
  }

  /** Writes out what was put. @throws KafkaStorageException if that failed */
  writeOut(): void {
    const { failures } = this.#log;
    // The topic sets no limit of unsynced records, so nothing is to be awaited.
    void this.#log.writeOut();
    if (this.#log.failure !== null && this.#log.failures !== failures) throw this.#log.failure;
  }

  /** @throws KafkaStorageException */
  async sync(): Promise<void> {
    await this.#log.sync();
  }

  /** @throws KafkaStorageException */
  async close(): Promise<void> {
    await this.#log.close();
  }
}
