import type { RawHeader } from '@millrace/api';
import type { ConsumedRecord } from '@millrace/kafka';
import type { TestWorker } from './test-worker.ts';

/** A record to write; what is absent is null, none, or now. */
export interface TestRecord {
  readonly value: string | null;
  readonly key?: string;
  readonly timestamp?: number;
  readonly headers?: readonly RawHeader[];
}

/** Writes records to a partition, `in-0` unless another is named. */
export async function produce(worker: TestWorker, records: readonly TestRecord[], topic = 'in', partition = 0): Promise<void> {
  const producer = worker.transport.producer({});
  const listener = { acknowledged: () => undefined, failed: () => undefined };
  for (const { key, value, timestamp, headers } of records) {
    const record = {
      topic,
      partition,
      key: key === undefined ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      timestamp: timestamp ?? Date.now(),
      headers: headers ?? [],
    };
    producer.append(record, listener, null);
  }
  await producer.flush();
  await producer.close(1000);
}

/** Everything that is in a topic now. */
export async function consume(worker: TestWorker, topic: string): Promise<ConsumedRecord[]> {
  const reader = worker.transport.reader({ topic, isolation: 'read_uncommitted', properties: {} });
  const records = await reader.readToEnd();
  await reader.close();
  return records;
}

/** Headers as texts, by name. */
export function textHeaders(headers: readonly RawHeader[]): Map<string, string | null> {
  return new Map(headers.map(({ key, value }) => [key, value === null ? null : String(value)]));
}
