import { IllegalArgumentException, IllegalStateException } from '@millrace/api';
import { RecordTooLargeException } from '../../errors.ts';
import type { ClientProperties, DeliveryListener, Producer, ProducerRecord } from '../../port.ts';
import { recordSizeUpperBound } from '../records/batch-builder.ts';
import type { Cluster } from '../wire/cluster.ts';
import { producerConfig, type ProducerConfig } from './producer-config.ts';
import { Sender } from './sender.ts';

/**
 * Kafka's producer on a real cluster: records gather in batches by partition (`batch.size`, `linger.ms`) within `buffer.memory`, and a
 * {@link Sender} brings the batches to the leaders.
 */
export class KafkaProducer implements Producer {
  readonly #config: ProducerConfig;
  readonly #sender: Sender;
  readonly #onClose: () => void;
  #isClosed = false;

  /** @param cluster is the producer's own and closed with it */
  constructor(cluster: Cluster, properties: ClientProperties, onClose: () => void) {
    this.#config = producerConfig(properties);
    this.#sender = new Sender(cluster, this.#config);
    this.#onClose = onClose;
  }

  append<Token>(record: ProducerRecord, listener: DeliveryListener<Token>, token: Token): boolean {
    this.#sender.throwListenerError();
    if (this.#isClosed) throw new IllegalStateException('Cannot append after the producer has been closed');
    checkArguments(record);
    const bytes = recordSizeUpperBound(record);
    if (bytes > this.#config.maxRequestBytes || bytes > this.#config.bufferBytes) {
      this.#sender.refuse(tooLarge(record, bytes, this.#config), listener, token);
    } else {
      this.#sender.add(record, bytes, listener, token);
    }
    return this.#sender.hasRoom;
  }

  ready(signal?: AbortSignal): Promise<void> {
    return this.#sender.room(signal);
  }

  async flush(): Promise<void> {
    await this.#sender.flush();
    this.#sender.throwListenerError();
  }

  async close(timeoutMs: number): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
    await this.#sender.close(timeoutMs);
    this.#sender.throwListenerError();
  }
}

function checkArguments({ partition, timestamp }: ProducerRecord): void {
  if (partition !== null && !(partition >= 0)) throw invalid('partition', partition);
  if (timestamp !== null && !(timestamp >= 0)) throw invalid('timestamp', timestamp);
}

function invalid(what: string, value: number): IllegalArgumentException {
  return new IllegalArgumentException(`Invalid ${what} ${value}: it must be null or at least 0`);
}

function tooLarge({ topic }: ProducerRecord, bytes: number, { maxRequestBytes, bufferBytes }: ProducerConfig): RecordTooLargeException {
  const [key, limit] = maxRequestBytes <= bufferBytes ? ['max.request.size', maxRequestBytes] : ['buffer.memory', bufferBytes];
  return new RecordTooLargeException(`The message for topic ${topic} is ${bytes} bytes when serialized, more than ${key}=${limit}`, {
    configKey: key,
  });
}
