import {
  IllegalWorkerStateException,
  type ErrantRecordReporter,
  type Logger,
  type Properties,
  type SinkOffsets,
  type SinkTaskContext,
  type TopicPartition,
} from '@millrace/api';
import type { Consumer } from '@millrace/kafka';

/** What a sink task asked for, until the loop acts upon it. */
export class WorkerSinkTaskContext implements SinkTaskContext {
  readonly log: Logger;
  readonly errantRecordReporter: ErrantRecordReporter | null;
  readonly #configs: Properties;
  readonly #consumer: () => Consumer;
  readonly #rewinds = new Map<TopicPartition, number>();
  readonly #paused = new Set<TopicPartition>();
  #timeoutMs: number | null = null;
  #commitRequested = false;
  /** While the whole task is paused, a resume by the task must not start deliveries. */
  #deliveriesHeld = false;

  constructor(options: {
    readonly log: Logger;
    readonly configs: Properties;
    readonly consumer: () => Consumer;
    readonly errantRecordReporter: ErrantRecordReporter | null;
  }) {
    this.log = options.log;
    this.#configs = options.configs;
    this.#consumer = options.consumer;
    this.errantRecordReporter = options.errantRecordReporter;
  }

  configs(): Properties {
    return this.#configs;
  }

  offset(offsets: SinkOffsets): void {
    for (const [partition, offset] of offsets) this.#rewinds.set(partition, offset);
  }

  timeout(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
  }

  assignment(): readonly TopicPartition[] {
    return this.#consumer().assignment();
  }

  pause(...partitions: TopicPartition[]): void {
    this.#requireAssigned(partitions);
    for (const partition of partitions) this.#paused.add(partition);
    if (!this.#deliveriesHeld) this.#consumer().pause(partitions);
  }

  resume(...partitions: TopicPartition[]): void {
    this.#requireAssigned(partitions);
    for (const partition of partitions) this.#paused.delete(partition);
    if (!this.#deliveriesHeld) this.#consumer().resume(partitions);
  }

  requestCommit(): void {
    this.#commitRequested = true;
  }

  /** Stops every delivery, whatever the task asked for; {@link releaseDeliveries} goes back to what it asked for. */
  holdDeliveries(): void {
    this.#deliveriesHeld = true;
    this.#consumer().pause(this.assignment());
  }

  releaseDeliveries(): void {
    this.#deliveriesHeld = false;
    this.#consumer().resume(this.assignment().filter((partition) => !this.#paused.has(partition)));
  }

  /** New partitions start in the state that holds now. */
  assigned(partitions: readonly TopicPartition[]): void {
    if (this.#deliveriesHeld) this.#consumer().pause(partitions);
  }

  forget(partition: TopicPartition): void {
    this.#paused.delete(partition);
    this.#rewinds.delete(partition);
  }

  takeRewinds(): ReadonlyMap<TopicPartition, number> {
    const rewinds = new Map(this.#rewinds);
    this.#rewinds.clear();
    return rewinds;
  }

  takeTimeout(): number | null {
    const timeoutMs = this.#timeoutMs;
    this.#timeoutMs = null;
    return timeoutMs;
  }

  takeCommitRequest(): boolean {
    const requested = this.#commitRequested;
    this.#commitRequested = false;
    return requested;
  }

  #requireAssigned(partitions: readonly TopicPartition[]): void {
    const assignment = this.assignment();
    const missing = partitions.find((partition) => !assignment.includes(partition));
    if (missing !== undefined) {
      throw new IllegalWorkerStateException(`SinkTasks may not pause or resume partitions that are not assigned to them: ${missing}`);
    }
  }
}
