import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@millrace/api';
import { KafkaRetriableException, type ConsumedRecord, type KafkaTransport } from '@millrace/kafka';
import type { TaskId } from '../task/task-id.ts';
import type { AutoRestartRecord } from './auto-restart-record.ts';
import { KafkaBasedLog, type KafkaBasedLogOptions } from './kafka-based-log.ts';
import { StatusCache, type StatusEntry } from './status-cache.ts';
import {
  autoRestartBytes,
  autoRestartKey,
  connectorKey,
  parseStatusRecord,
  statusBytes,
  taskKey,
  topicBytes,
  topicKey,
  type ClusterStatus,
  type StatusRecord,
  type TopicStatus,
} from './status-records.ts';

export interface KafkaStatusStoreOptions extends Pick<KafkaBasedLogOptions, 'topic' | 'clients'> {
  readonly transport: KafkaTransport;
  readonly log: Logger;
}

/** A status on its way. */
interface StatusWrite {
  readonly key: string;
  readonly entry: StatusEntry;
  /** Null: what the key names is gone. */
  readonly status: ClusterStatus | null;
  readonly generation: number;
  readonly isSafe: boolean;
  readonly sequence: number;
}

const retryMs = 100;

/**
 * States of connectors and tasks in a compacted topic: `org.apache.kafka.connect.storage.KafkaStatusBackingStore`. What is asked for is what
 * has been read, so that a write is seen when it comes back from the topic. Writes never fail for the caller: what cannot be written is
 * tried again until a newer status makes it void, or logged.
 */
export class KafkaStatusStore {
  readonly #log: Logger;
  readonly #kafkaLog: KafkaBasedLog;
  readonly #cache = new StatusCache();
  readonly #stopping = new AbortController();
  readonly #writes = new Set<Promise<void>>();
  #generation = -1;
  /** Called when a connector or task has been read to be UNASSIGNED. */
  onUnassigned: () => void = () => undefined;

  constructor({ transport, topic, clients, log }: KafkaStatusStoreOptions) {
    this.#log = log;
    // A status that waits for its repetition inside the producer could overtake a newer one.
    const producer = { ...clients.producer, retries: '0' };
    this.#kafkaLog = new KafkaBasedLog({
      transport,
      topic,
      clients: { ...clients, producer },
      log,
      onRecord: (record) => this.#read(record),
    });
  }

  /** @throws ConfigException if the topic cannot be used, KafkaException if it cannot be read */
  async start(): Promise<void> {
    await this.#kafkaLog.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#kafkaLog.stop();
    await Promise.all(this.#writes);
  }

  /** Resolves when all that was put has been written, or given up. */
  async flush(): Promise<void> {
    await Promise.all(this.#writes);
  }

  /** Connectors of which anything is known. */
  connectors(): string[] {
    return this.#cache.connectors();
  }

  connector(name: string): ClusterStatus | null {
    return this.#cache.connector(name);
  }

  /** Tasks by number, in their order. */
  tasks(connector: string): ReadonlyMap<number, ClusterStatus> {
    return this.#cache.tasks(connector);
  }

  topics(connector: string): TopicStatus[] {
    return this.#cache.topics(connector);
  }

  /** Whether the topic is known to be used; while it is not, each use is written. */
  hasTopic(connector: string, topic: string): boolean {
    return this.#cache.hasTopic(connector, topic);
  }

  putConnector(name: string, status: ClusterStatus): void {
    this.#put(connectorKey(name), this.#cache.connectorEntry(name), status, false);
  }

  /** Unless a worker that took the connector over has already written its own. */
  putConnectorSafe(name: string, status: ClusterStatus): void {
    this.#put(connectorKey(name), this.#cache.connectorEntry(name), status, true);
  }

  putTask(id: TaskId, status: ClusterStatus): void {
    this.#put(taskKey(id), this.#cache.taskEntry(id), status, false);
  }

  /** Unless a worker that took the task over has already written its own. */
  putTaskSafe(id: TaskId, status: ClusterStatus): void {
    this.#put(taskKey(id), this.#cache.taskEntry(id), status, true);
  }

  /** Writes a tombstone. @param generation of the group */
  deleteTask(id: TaskId, generation: number): void {
    this.#put(taskKey(id), this.#cache.taskEntry(id), null, false, generation);
  }

  /** Writes tombstones for the connector and all of its tasks that are known. @param generation of the group */
  deleteConnector(name: string, generation: number): void {
    for (const task of this.tasks(name).keys()) this.deleteTask({ connector: name, task }, generation);
    this.#put(connectorKey(name), this.#cache.connectorEntry(name), null, false, generation);
  }

  putTopic(status: TopicStatus): void {
    this.#track(this.#sendAnyway(topicKey(status.connector, status.topic), topicBytes(status)));
  }

  deleteTopic(connector: string, topic: string): void {
    this.#track(this.#sendAnyway(topicKey(connector, topic), null));
  }

  /** Connectors that were restarted because something of them had failed. */
  autoRestarted(): string[] {
    return [...this.#cache.autoRestarts().keys()];
  }

  autoRestart(connector: string): AutoRestartRecord | null {
    return this.#cache.autoRestarts().get(connector) ?? null;
  }

  /** Seen at once, by others when they have read it. @param record null: forgets it */
  putAutoRestart(connector: string, record: AutoRestartRecord | null): void {
    this.#cache.apply({ kind: 'auto-restart', connector, value: record });
    this.#track(this.#sendAnyway(autoRestartKey(connector), record === null ? null : autoRestartBytes(record)));
  }

  #put(key: string, entry: StatusEntry, status: ClusterStatus | null, isSafe: boolean, generation = status?.generation ?? 0): void {
    this.#generation = generation;
    if (isSafe && status !== null && !entry.takes(status)) return;
    entry.sequence += 1;
    this.#track(this.#send({ key, entry, status, generation, isSafe, sequence: entry.sequence }));
  }

  #track(write: Promise<void>): void {
    this.#writes.add(write);
    void write.finally(() => this.#writes.delete(write));
  }

  async #send(write: StatusWrite): Promise<void> {
    const value = write.status === null ? null : statusBytes(write.status);
    await this.#sendUntil(write.key, value, () => this.#isVoid(write));
  }

  /** Whether a newer status or a newer life of the group has made a write pointless that Kafka has refused once. */
  #isVoid({ entry, status, generation, isSafe, sequence }: StatusWrite): boolean {
    if (entry.isDeleted || entry.sequence !== sequence || generation !== this.#generation) return true;
    return isSafe && status !== null && !entry.takes(status);
  }

  async #sendAnyway(key: string, value: Buffer | null): Promise<void> {
    await this.#sendUntil(key, value, () => false);
  }

  async #sendUntil(key: string, value: Buffer | null, isVoid: () => boolean): Promise<void> {
    for (;;) {
      try {
        await this.#kafkaLog.send(Buffer.from(key), value);
        return;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (!(error instanceof KafkaRetriableException)) {
          this.#log.error(`Failed to write ${key}: ${(error as Error).message}`);
          return;
        }
      }
      // The wait ends early when the store stops, which is looked at next.
      await wait(retryMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted || isVoid()) return;
    }
  }

  #read({ key, value }: ConsumedRecord): void {
    if (key === null) return;
    const record = parseStatusRecord(key.toString('utf8'), value);
    if (record === null) this.#log.warn(`Nothing is done about a record of the status topic with key ${key.toString('utf8')}`);
    else this.#apply(record);
  }

  #apply(record: StatusRecord): void {
    this.#cache.apply(record);
    if ((record.kind === 'connector' || record.kind === 'task') && record.value?.state === 'UNASSIGNED') this.onUnassigned();
  }
}
