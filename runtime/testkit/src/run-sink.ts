import type { Properties } from '@millrace/api';
import type { KafkaTransport, ProducerRecord } from '@millrace/kafka';
import { classPlugin, type ConnectorClass } from './class-plugin.ts';
import { violated } from './contract-violation.ts';
import { eventually } from './deadline.ts';
import { startMemoryWorker, throwFailure } from './memory-worker.ts';

/** A record for a sink; key and value are written as JSON, null as nothing. */
export interface SinkInput {
  readonly key?: unknown;
  readonly value: unknown;
  /** Default: the configuration's `topics`. */
  readonly topic?: string;
  /** Default 0. */
  readonly partition?: number;
}

export interface RunSinkOptions {
  /** How long to wait for the commit of all records, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
}

/**
 * Runs a sink connector in a worker in memory over these records, and stops it: when it resolves, all of them were put
 * and their offsets committed.
 * @throws ConnectException with the trace when it fails; ContractViolation when it does not commit in time
 */
export async function runSink(
  Class: ConnectorClass,
  config: Properties,
  records: readonly SinkInput[],
  options: RunSinkOptions = {},
): Promise<void> {
  const worker = await startMemoryWorker([classPlugin('sink', Class)]);
  const name = 'sink';
  const topics = config['topics'] ?? 'input';
  try {
    await produce(
      worker.transport,
      records.map(({ key, value, topic, partition }) => ({
        topic: topic ?? (topics.split(',')[0] as string),
        partition: partition ?? 0,
        key: jsonBytes(key),
        value: jsonBytes(value),
        timestamp: null,
        headers: [],
      })),
    );
    const fromStart = { 'consumer.override.auto.offset.reset': 'earliest' };
    await worker.herder.putConnectorConfig(
      name,
      { ...fromStart, ...config, topics, name, 'connector.class': Class.name },
      { allowReplace: false },
    );
    await worker.herder.awaitStart(name);
    let committed = 0;
    await eventually(
      () => `${committed} of ${records.length} records were put and committed`,
      options.timeoutMs ?? 5000,
      async () => {
        await throwFailure(worker, name);
        committed = await committedRecords(worker.transport, `connect-${name}`);
        return committed >= records.length;
      },
    );
  } finally {
    await worker.stop();
  }
}

/** Records before the committed offsets of a group, of topics that begin at offset 0. */
async function committedRecords(transport: KafkaTransport, groupId: string): Promise<number> {
  const admin = transport.admin({});
  try {
    return [...(await admin.groupOffsets(groupId)).values()].reduce((sum, { offset }) => sum + offset, 0);
  } finally {
    await admin.close();
  }
}

/** Writes records and waits until they are there. @throws ContractViolation if one is refused */
export async function produce(transport: KafkaTransport, records: readonly ProducerRecord[]): Promise<void> {
  const producer = transport.producer({});
  let refused: Error | null = null;
  const listener = {
    acknowledged: () => undefined,
    failed: (_token: null, error: Error) => {
      refused ??= error;
    },
  };
  try {
    for (const record of records) if (!producer.append(record, listener, null)) await producer.ready();
    await producer.flush();
  } finally {
    await producer.close(1000);
  }
  if (refused !== null) throw violated('A record could not be written', refused);
}

function jsonBytes(value: unknown): Buffer | null {
  return value === null || value === undefined ? null : Buffer.from(JSON.stringify(value));
}
