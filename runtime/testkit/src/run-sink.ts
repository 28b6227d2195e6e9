import type { Properties } from '@millrace/api';
import type { KafkaTransport, ProducerRecord } from '@millrace/kafka';
import { classPlugin, type ConnectorClass } from './class-plugin.ts';
import { violated } from './contract-violation.ts';
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

/**
 * Runs a sink connector in a worker in memory over these records, and stops it: when it resolves, all of them were put.
 * @throws ConnectException with the trace when it fails
 */
export async function runSink(Class: ConnectorClass, config: Properties, records: readonly SinkInput[]): Promise<void> {
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
    // A worker whose log ends with it lets its sinks take everything before they stop.
    await worker.stop();
    await throwFailure(worker, name);
  } finally {
    await worker.stop();
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
