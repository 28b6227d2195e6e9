import type { ProducerRecord } from '../../port.ts';
import { partitionForKey } from '../../partitioner.ts';
import type { TopicMetadata } from '../wire/apis/metadata.ts';
import type { BufferPool } from './buffer-pool.ts';
import { PartitionQueue } from './partition-queue.ts';
import type { ProducerConfig } from './producer-config.ts';

/** The partitions of one topic, and who goes into which. */
export class TopicQueues {
  readonly name: string;
  readonly #config: ProducerConfig;
  readonly #pool: BufferPool;
  /** All there ever were: a topic that is made anew may have fewer. */
  readonly #partitions: PartitionQueue[] = [];
  #partitionCount = 0;
  /** Partitions that have a leader. */
  #available: readonly number[] = [];
  #sticky = 0;
  #stickyBytes = 0;

  constructor(name: string, config: ProducerConfig, pool: BufferPool) {
    this.name = name;
    this.#config = config;
    this.#pool = pool;
  }

  /** Whether its partitions are known. */
  get isKnown(): boolean {
    return this.#partitionCount > 0;
  }

  get partitionCount(): number {
    return this.#partitionCount;
  }

  get partitions(): readonly PartitionQueue[] {
    return this.#partitions;
  }

  /** Takes over what the brokers say. */
  update({ partitions }: TopicMetadata): void {
    this.#partitionCount = partitions.length;
    while (this.#partitions.length < partitions.length) {
      this.#partitions.push(new PartitionQueue(this.name, this.#partitions.length, this.#config, this.#pool));
    }
    const available = partitions.filter(({ leader }) => leader >= 0).map(({ partition }) => partition);
    this.#available = available.length > 0 ? available : partitions.map(({ partition }) => partition);
  }

  /** The partition for a record; undefined if it names one that does not exist. */
  choose({ partition, key }: ProducerRecord, bytes: number): PartitionQueue | undefined {
    if (partition !== null) return partition < this.#partitionCount ? this.#partitions[partition] : undefined;
    if (key !== null) return this.#partitions[partitionForKey(key, this.#partitionCount)];
    return this.#partitions[this.#keyless(bytes)];
  }

  /** Records without a key stay together for a batch, then go to another partition at random (KIP-480). */
  #keyless(bytes: number): number {
    if (this.#partitions[this.#sticky]?.isGathering !== true || this.#stickyBytes >= this.#config.batchBytes) {
      const { length } = this.#available;
      const next = this.#available[Math.floor(Math.random() * length)] as number;
      this.#sticky = next === this.#sticky && length > 1 ? (this.#available[(this.#available.indexOf(next) + 1) % length] as number) : next;
      this.#stickyBytes = 0;
    }
    this.#stickyBytes += bytes;
    return this.#sticky;
  }
}
