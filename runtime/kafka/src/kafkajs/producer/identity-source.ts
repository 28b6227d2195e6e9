import type { KafkaException } from '@millrace/api';
import { initProducerId } from '../wire/apis/init-producer-id.ts';
import { brokerError, isRetriable } from '../wire/broker-errors.ts';
import type { Cluster } from '../wire/cluster.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';
import type { PartitionQueue, ProducerIdentity } from './partition-queue.ts';

interface IdentityListener {
  /** Partitions that asked can have theirs now. */
  arrived(): void;
  /** There will be none. */
  refused(error: KafkaException): void;
}

const noTimeoutMs = 2_147_483_647;

/** Gets the producer id of an idempotent producer, when the first batch needs it and when a leader has forgotten the old one. */
export class IdentitySource {
  readonly #cluster: Cluster;
  readonly #listener: IdentityListener;
  #identity: ProducerIdentity | null = null;
  #isAsking = false;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(cluster: Cluster, listener: IdentityListener) {
    this.#cluster = cluster;
    this.#listener = listener;
  }

  /** Gives the partition an identity. @returns false if it has to wait for `arrived` */
  assign(queue: PartitionQueue): boolean {
    if (this.#identity !== null) {
      queue.setIdentity(this.#identity);
      return true;
    }
    if (!this.#isAsking && !this.#isClosed) {
      this.#isAsking = true;
      void this.#ask();
    }
    return false;
  }

  /** Partitions that ask from now on get another identity. */
  abandon(): void {
    this.#identity = null;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    try {
      const request = { transactionalId: null, transactionTimeoutMs: noTimeoutMs, producerId: -1n, producerEpoch: -1 };
      const { errorCode, producerId, producerEpoch } = await this.#cluster.requestAny(initProducerId, request);
      if (errorCode !== ErrorCode.NONE) throw brokerError(errorCode, 'InitProducerId');
      this.#identity = { producerId, producerEpoch };
      this.#failures = 0;
      this.#isAsking = false;
      this.#listener.arrived();
    } catch (error) {
      this.#failed(error as KafkaException);
    }
  }

  #failed(error: KafkaException): void {
    if (this.#isClosed) return;
    if (!isRetriable(error)) {
      this.#isAsking = false;
      this.#listener.refused(error);
      return;
    }
    const { retryBackoffMs, retryBackoffMaxMs } = this.#cluster.config;
    const wait = exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.#ask(), wait);
  }
}
