import type { ErrantRecordReporter, SinkRecord } from '@millrace/api';
import type { ConsumedRecord } from '@millrace/kafka';
import { ConsumedSinkRecord } from '../consumed-sink-record.ts';
import { headersToBytes, noHeaders, type RecordConverters } from '../record-converters.ts';
import { FailureContext } from './failure-context.ts';
import type { RetryWithToleranceOperator } from './retry-with-tolerance-operator.ts';

const sinkTaskClass = 'org.apache.kafka.connect.sink.SinkTask';

/** Takes records that a sink task cannot write (KIP-610), as `org.apache.kafka.connect.runtime.errors.WorkerErrantRecordReporter`. */
export class WorkerErrantRecordReporter implements ErrantRecordReporter {
  readonly #operator: RetryWithToleranceOperator;
  readonly #converters: RecordConverters;
  #refusal: { readonly error: unknown } | null = null;

  constructor(operator: RetryWithToleranceOperator, converters: RecordConverters) {
    this.#operator = operator;
    this.#converters = converters;
  }

  report(record: SinkRecord, error: unknown): Promise<void> {
    const report = this.#report(record, error);
    // Offsets wait for it, and a task that does not look at the promise must not end the process by its rejection.
    this.#operator.pendingReports.add(report);
    return report;
  }

  /** Fails a task that went on although its report was refused. @throws ConnectException the first refusal, if there was one */
  throwIfRefused(): void {
    if (this.#refusal !== null) throw this.#refusal.error;
  }

  async #report(record: SinkRecord, error: unknown): Promise<void> {
    try {
      const consumed = record instanceof ConsumedSinkRecord ? record.consumed : this.#serialized(record);
      await this.#operator.executeFailed(FailureContext.ofConsumed(consumed, 'TASK_PUT', sinkTaskClass), error);
    } catch (refusal) {
      this.#refusal ??= { error: refusal };
      throw refusal;
    }
  }

  /** A record that the task made itself has no bytes that were read. */
  #serialized(record: SinkRecord): ConsumedRecord {
    const { topic } = record;
    const { key, value, header } = this.#converters;
    const headers = record.hasHeaders ? record.headers : undefined;
    return {
      topic,
      partition: record.kafkaPartition ?? record.originalKafkaPartition,
      offset: record.kafkaOffset,
      timestamp: record.timestamp ?? -1,
      timestampType: record.timestamp === null ? 'NoTimestampType' : record.timestampType,
      key: key.converter.fromConnectData(topic, record.keySchema, record.key, headers),
      value: value.converter.fromConnectData(topic, record.valueSchema, record.value, headers),
      headers: headers === undefined ? noHeaders : headersToBytes(topic, headers, header.converter),
    };
  }
}
