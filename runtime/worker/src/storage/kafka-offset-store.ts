import { canonicalText, DataException, type Logger, type SourceMap } from '@millrace/api';
import type { ConsumedRecord, KafkaTransport } from '@millrace/kafka';
import { javaHashOrder } from '../java-hash-order.ts';
import { asMap, jsonBytes, jsonFields, jsonValue } from './json-record.ts';
import { KafkaBasedLog, type KafkaBasedLogOptions } from './kafka-based-log.ts';
import type { OffsetEntry, OffsetStore } from './offset-store.ts';

export interface KafkaOffsetStoreOptions extends Pick<KafkaBasedLogOptions, 'topic' | 'clients'> {
  readonly transport: KafkaTransport;
  readonly log: Logger;
}

/** One key under which the topic holds an offset. Keys with the same content may differ as bytes, and compaction then keeps each. */
interface KeyForm {
  readonly key: Buffer;
  readonly timestamp: number;
  readonly offset: SourceMap;
}

interface StoredPartition {
  readonly partition: SourceMap | null;
  /** By their bytes; those that were removed are left out. */
  readonly forms: Map<string, KeyForm>;
  /** Bytes of the key that was seen last, also if its record was a tombstone. */
  lastKey: Buffer;
}

/**
 * Offsets of source partitions in a compacted topic, under the keys that a JVM worker writes: `KafkaOffsetBackingStore`. A partition is
 * found by its content, since writers order the keys of a map differently; it is written under the bytes last seen for it, so that a JVM
 * worker, which looks for bytes, finds it.
 */
export class KafkaOffsetStore implements OffsetStore {
  readonly #log: KafkaBasedLog;
  readonly #connectors = new Map<string, Map<string, StoredPartition>>();

  constructor({ transport, topic, clients, log }: KafkaOffsetStoreOptions) {
    this.#log = new KafkaBasedLog({ transport, topic, clients, log, onRecord: (record) => this.#apply(record) });
  }

  /** @throws ConfigException if the topic cannot be used, KafkaException if it cannot be read */
  async start(): Promise<void> {
    await this.#log.start();
  }

  async stop(): Promise<void> {
    await this.#log.stop();
  }

  async read(connector: string, partitions: readonly SourceMap[]): Promise<(SourceMap | null)[]> {
    await this.#log.readToEnd();
    return partitions.map((partition) => newest(this.#find(connector, partition))?.offset ?? null);
  }

  /** Resolves when Kafka has acknowledged all entries. @throws KafkaException, with none or a part of them written */
  async write(connector: string, entries: readonly OffsetEntry[]): Promise<void> {
    const writes = entries.flatMap(([partition, offset]) => this.#records(connector, partition, offset));
    await Promise.all(writes.map(([key, value]) => this.#log.send(key, value)));
  }

  async readAll(connector: string): Promise<(readonly [SourceMap, SourceMap])[]> {
    await this.#log.readToEnd();
    return [...(this.#connectors.get(connector)?.values() ?? [])].flatMap((stored) => {
      const current = newest(stored);
      // A null partition is legal in Kafka Connect, and of no use to anybody who asks for offsets.
      return current === null || stored.partition === null ? [] : [[stored.partition, current.offset] as const];
    });
  }

  #find(connector: string, partition: SourceMap | null): StoredPartition | undefined {
    return this.#connectors.get(connector)?.get(canonicalText(partition));
  }

  #records(connector: string, partition: SourceMap, offset: SourceMap | null): (readonly [Buffer, Buffer | null])[] {
    const stored = this.#find(connector, partition);
    const key = newest(stored)?.key ?? stored?.lastKey ?? keyOf(connector, partition);
    // An older form of the key would come back as soon as this one is removed, or read later than this one.
    const others = [...(stored?.forms.values() ?? [])].filter((form) => !form.key.equals(key));
    return [...others.map((form) => [form.key, null] as const), [key, offset === null ? null : jsonBytes(offset)]];
  }

  #apply({ key, value, timestamp }: ConsumedRecord): void {
    if (key === null) return;
    const { connector, partition } = parseKey(key);
    const partitions = this.#connectors.get(connector) ?? new Map<string, StoredPartition>();
    this.#connectors.set(connector, partitions);
    const id = canonicalText(partition);
    const stored = partitions.get(id) ?? { partition, forms: new Map<string, KeyForm>(), lastKey: key };
    partitions.set(id, stored);
    stored.lastKey = key;
    const bytes = key.toString('latin1');
    // The order of the forms is that in which they were read.
    stored.forms.delete(bytes);
    const offset = value === null ? null : offsetOf(value);
    if (offset !== null) stored.forms.set(bytes, { key, timestamp, offset });
  }
}

/** Forms lie in different partitions of the topic: their time tells more than the order in which they are read. */
function newest(stored: StoredPartition | undefined): KeyForm | null {
  let found: KeyForm | null = null;
  for (const form of stored?.forms.values() ?? []) {
    if (found === null || form.timestamp >= found.timestamp) found = form;
  }
  return found;
}

/** A key that no other worker has written yet, in the order in which a `java.util.HashMap` would hold the partition. */
function keyOf(connector: string, partition: SourceMap): Buffer {
  const ordered = new Map(javaHashOrder(Object.keys(partition)).map((name) => [name, partition[name]]));
  return jsonBytes([connector, ordered]);
}

/** @throws DataException */
function parseKey(key: Buffer): { readonly connector: string; readonly partition: SourceMap | null } {
  const parts = jsonValue(key);
  const [connector, partition] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const fields = asMap(partition);
  if (!Array.isArray(parts) || parts.length !== 2 || typeof connector !== 'string' || (partition !== null && fields === null)) {
    throw new DataException(`its key is not a connector with a source partition: ${key.toString('utf8')}`);
  }
  return { connector, partition: fields === null ? null : sourceMap(fields) };
}

/** Null for a null offset, which counts as removed. @throws DataException */
function offsetOf(value: Buffer): SourceMap | null {
  return jsonValue(value) === null ? null : sourceMap(jsonFields(value, 'its offset'));
}

function sourceMap(fields: ReadonlyMap<string, unknown>): SourceMap {
  return Object.fromEntries(fields) as SourceMap;
}
