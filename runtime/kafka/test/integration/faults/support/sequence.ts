import type { ConsumedRecord, DeliveryListener, KafkaTransport, Producer } from '../../../../src/index.ts';

/** What lies in a topic of numbered records, as somebody sees who reads it. */
export interface SequenceReport {
  readonly read: number;
  /** Numbers that were left out. */
  readonly missing: number;
  /** Records that lie in the log again. */
  readonly repeated: number;
  /** Records that were delivered again although they lie in the log once: what a group does that begins at its last commit. */
  readonly deliveredAgain: number;
}

/** Writes numbered records: number n goes into partition n modulo the number of partitions. */
export class SequenceWriter implements DeliveryListener<number> {
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #partitions: number;
  readonly #padding: string;
  readonly errors: Error[] = [];
  next = 0;
  acknowledgedCount = 0;

  constructor(producer: Producer, topic: string, partitions: number, valueBytes = 100) {
    this.#producer = producer;
    this.#topic = topic;
    this.#partitions = partitions;
    this.#padding = ' '.repeat(valueBytes);
  }

  acknowledged(): void {
    this.acknowledgedCount += 1;
  }

  failed(_token: number, error: Error): void {
    this.errors.push(error);
  }

  async write(count: number): Promise<void> {
    for (const end = this.next + count; this.next < end; this.next++) {
      const number = this.next;
      const value = Buffer.from(`${number}${this.#padding}`);
      const record = { topic: this.#topic, partition: number % this.#partitions, key: null, value, timestamp: null, headers: [] };
      if (!this.#producer.append(record, this, number)) await this.#producer.ready();
    }
  }

  /** Writes so many, spread over that time. */
  async writeOver(count: number, durationMs: number): Promise<void> {
    const tickMs = 10;
    const ticks = Math.max(1, Math.ceil(durationMs / tickMs));
    let left = count;
    for (let tick = 0; tick < ticks; tick++) {
      const now = Math.ceil(left / (ticks - tick));
      left -= now;
      await this.write(now);
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    }
  }
}

/** Holds what is read against the numbers that were written. */
export class SequenceCheck {
  readonly #partitions: number;
  readonly #lastNumber = new Map<number, number>();
  readonly #lastOffset = new Map<number, number>();
  /** Numbers seen; one bit would do, one byte is simple. */
  readonly #seen: Uint8Array;
  read = 0;
  #repeated = 0;
  #deliveredAgain = 0;
  /** Numbers that came after one that was written later. */
  outOfOrder = 0;

  constructor(partitions: number, count: number) {
    this.#partitions = partitions;
    this.#seen = new Uint8Array(count);
  }

  take(records: readonly ConsumedRecord[]): void {
    for (const { partition, offset, value } of records) {
      if (offset <= (this.#lastOffset.get(partition) ?? -1)) {
        this.#deliveredAgain += 1;
        continue;
      }
      this.#lastOffset.set(partition, offset);
      const number = Number.parseInt(value?.toString() ?? '', 10);
      const last = this.#lastNumber.get(partition) ?? partition - this.#partitions;
      if (this.#seen[number] === 1) this.#repeated += 1;
      else if (number !== last + this.#partitions) this.outOfOrder += 1;
      this.#seen[number] = 1;
      this.#lastNumber.set(partition, number);
      this.read += 1;
    }
  }

  /** How many of the first so many numbers have been read. */
  has(count: number): number {
    let found = 0;
    for (let number = 0; number < count; number++) found += this.#seen[number] as number;
    return found;
  }

  report(count: number): SequenceReport {
    return { read: this.read, missing: count - this.has(count), repeated: this.#repeated, deliveredAgain: this.#deliveredAgain };
  }
}

/** Reads a topic to its end, and says what is in it. */
export async function readSequence(transport: KafkaTransport, topic: string, partitions: number, count: number): Promise<SequenceCheck> {
  const check = new SequenceCheck(partitions, count);
  const reader = transport.reader({ topic, isolation: 'read_committed', properties: {} });
  try {
    check.take(await reader.readToEnd());
  } finally {
    await reader.close();
  }
  return check;
}
