import type { TopicPartition } from '@millrace/api';
import type { ClientProperties, Consumer, KafkaTransport, OffsetAndMetadata } from '../../../../src/index.ts';
import type { SequenceCheck } from './sequence.ts';

const pollMs = 200;
const commitEveryMs = 500;

/** A member of a group that reads numbered records and commits, until it is stopped. */
export class SequenceConsumer {
  readonly #consumer: Consumer;
  readonly #check: SequenceCheck;
  readonly #running: Promise<void>;
  #isStopped = false;
  /** How often it lost partitions without being asked. */
  lostCount = 0;

  constructor(transport: KafkaTransport, topic: string, check: SequenceCheck, properties: ClientProperties = {}) {
    this.#check = check;
    this.#consumer = transport.consumer({
      groupId: `of-${topic}`,
      subscription: [topic],
      properties: { 'auto.offset.reset': 'earliest', 'max.poll.records': '2000', ...properties },
      listener: {
        assigned: () => undefined,
        revoked: () => this.#commit(),
        lost: () => {
          this.lostCount += 1;
        },
      },
    });
    this.#running = this.#run();
    // Whoever stops it hears of it.
    this.#running.catch(() => undefined);
  }

  /** @throws what the consumer has thrown */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#consumer.wakeup();
    await this.#running;
    await this.#consumer.close();
  }

  async #run(): Promise<void> {
    let committedAt = performance.now();
    while (!this.#isStopped) {
      this.#check.take(await this.#consumer.poll(pollMs));
      if (performance.now() - committedAt < commitEveryMs) continue;
      committedAt = performance.now();
      await this.#commit();
    }
  }

  /** A commit that a fault swallows is of no account: the next one says the same and more. */
  async #commit(): Promise<void> {
    const offsets = new Map<TopicPartition, OffsetAndMetadata>();
    for (const partition of this.#consumer.assignment()) offsets.set(partition, { offset: this.#consumer.position(partition) });
    await this.#consumer.commit(offsets).catch(() => undefined);
  }
}
