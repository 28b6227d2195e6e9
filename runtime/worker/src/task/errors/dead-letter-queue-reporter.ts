import { ConnectException, type RawHeader } from '@millrace/api';
import type { ConsumedRecord, DeliveryListener, Producer, ProducerRecord } from '@millrace/kafka';
import { errorClassOf, messageOf, messageOrNull } from '../error-message.ts';
import type { TaskCounters } from '../task-counters.ts';
import type { TaskId } from '../task-id.ts';
import { traceOf } from '../trace.ts';
import type { ErrorReporter } from './error-reporter.ts';
import type { FailureContext } from './failure-context.ts';

const prefix = '__connect.errors.';

export interface DeadLetterQueueOptions {
  readonly id: TaskId;
  readonly topic: string;
  /** Whether records get headers that say where and why they failed. */
  readonly contextHeaders: boolean;
  readonly producer: Producer;
  readonly counters: TaskCounters;
}

/** A report on its way. */
interface Delivery {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Writes records that failed to a topic, with the bytes that were read from Kafka, as
 * `org.apache.kafka.connect.runtime.errors.DeadLetterQueueReporter`.
 */
export class DeadLetterQueueReporter implements ErrorReporter, DeliveryListener<Delivery> {
  readonly #options: DeadLetterQueueOptions;
  #hasRoom = true;

  constructor(options: DeadLetterQueueOptions) {
    this.#options = options;
  }

  /** @throws ConnectException, by the promise, if the record cannot be written. */
  report(context: FailureContext): Promise<void> | null {
    const { counters } = this.#options;
    counters.deadLetterRequests += 1;
    if (context.consumed !== null) return this.#write(this.#recordOf(context, context.consumed), context);
    counters.deadLetterFailures += 1;
    return null;
  }

  acknowledged(delivery: Delivery): void {
    delivery.resolve();
  }

  failed(delivery: Delivery, error: Error): void {
    delivery.reject(error);
  }

  async #write(record: ProducerRecord, context: FailureContext): Promise<void> {
    const { producer, counters, topic } = this.#options;
    try {
      while (!this.#hasRoom) {
        await producer.ready();
        this.#hasRoom = true;
      }
      await new Promise<void>((resolve, reject) => {
        this.#hasRoom = producer.append(record, this, { resolve, reject });
      });
    } catch (error) {
      counters.deadLetterFailures += 1;
      throw new ConnectException(`Record of ${context.place} cannot be written to dead letter queue ${topic}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  #recordOf(context: FailureContext, consumed: ConsumedRecord): ProducerRecord {
    return {
      topic: this.#options.topic,
      partition: null,
      key: consumed.key,
      value: consumed.value,
      timestamp: consumed.timestampType === 'NoTimestampType' ? null : consumed.timestamp,
      headers: this.#options.contextHeaders ? [...consumed.headers, ...this.#contextHeaders(context, consumed)] : consumed.headers,
    };
  }

  #contextHeaders(context: FailureContext, { topic, partition, offset }: ConsumedRecord): RawHeader[] {
    const { connector, task } = this.#options.id;
    const headers = [
      header('topic', topic),
      header('partition', String(partition)),
      header('offset', String(offset)),
      header('connector.name', connector),
      header('task.id', String(task)),
      header('stage', context.stage),
      header('class.name', context.executingClass),
    ];
    const { error } = context;
    if (error === null) return headers;
    return [
      ...headers,
      header('exception.class.name', errorClassOf(error)),
      header('exception.message', messageOrNull(error)),
      header('exception.stacktrace', traceOf(error)),
    ];
  }
}

function header(name: string, value: string | null): RawHeader {
  return { key: prefix + name, value: value === null ? null : Buffer.from(value) };
}
