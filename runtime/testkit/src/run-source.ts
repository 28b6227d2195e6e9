import { ConnectException, type Properties } from '@millrace/api';
import type { ConsumedRecord } from '@millrace/kafka';
import { classPlugin, type ConnectorClass } from './class-plugin.ts';
import { eventually } from './deadline.ts';
import { startMemoryWorker, throwFailure, topicRecords } from './memory-worker.ts';

/** A record as it lies in Kafka, key and value parsed from JSON. */
export interface DeliveredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: unknown;
  readonly value: unknown;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

export interface RunSourceOptions {
  /** How many records to wait for. */
  readonly count: number;
  /** Topics to read. Default: the configuration's `topic`. */
  readonly topics?: readonly string[];
  /** How long to wait for the records, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
}

/**
 * Runs a source connector in a worker in memory until so many records are in Kafka, and stops it.
 * @throws ConnectException with the trace when it fails; ContractViolation when the records do not come in time
 */
export async function runSource(Class: ConnectorClass, config: Properties, options: RunSourceOptions): Promise<DeliveredRecord[]> {
  const topics = options.topics ?? (config['topic'] === undefined ? [] : [config['topic']]);
  if (topics.length === 0) throw new ConnectException('runSource needs `topics`: the configuration has no key `topic`');
  const worker = await startMemoryWorker([classPlugin('source', Class)]);
  try {
    const name = 'source';
    await worker.herder.putConnectorConfig(name, { ...config, name, 'connector.class': Class.name }, { allowReplace: false });
    await worker.herder.awaitStart(name);
    let records: ConsumedRecord[] = [];
    await eventually(
      () => `${records.length} of ${options.count} records came`,
      options.timeoutMs ?? 5000,
      async () => {
        await throwFailure(worker, name);
        records = (await Promise.all(topics.map((topic) => topicRecords(worker, topic)))).flat();
        return records.length >= options.count;
      },
    );
    return records.slice(0, options.count).map(delivered);
  } finally {
    await worker.stop();
  }
}

function delivered({ topic, partition, offset, key, value, timestamp }: ConsumedRecord): DeliveredRecord {
  return { topic, partition, offset, key: parsed(key), value: parsed(value), timestamp };
}

function parsed(bytes: Buffer | null): unknown {
  return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as unknown);
}
