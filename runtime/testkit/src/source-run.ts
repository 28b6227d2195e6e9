import { canonicalText, type Properties, type SourceMap, type SourceRecord, type SourceTask } from '@millrace/api';
import { violated } from './contract-violation.ts';
import type { Subject } from './subject.ts';

/** Offsets as the worker would have stored them, by source partition. */
export type StoredOffsets = Map<string, SourceMap>;

/** A record as the contract compares it: source partition and number of its item. */
export function identityOf(subject: Subject, record: SourceRecord): string {
  return `${canonicalText(record.sourcePartition)}#${subject.source.sequence(record)}`;
}

/** One life of a source task, driven step by step. */
export class SourceRun {
  readonly task: SourceTask;
  readonly #subject: Subject;
  readonly #offsets: StoredOffsets;
  /** Polled, and not handed out yet. */
  readonly #pending: SourceRecord[] = [];

  private constructor(subject: Subject, task: SourceTask, offsets: StoredOffsets) {
    this.#subject = subject;
    this.task = task;
    this.#offsets = offsets;
  }

  /** Starts connector and first task with these stored offsets. */
  static async start(subject: Subject, offsets: StoredOffsets = new Map(), props: Properties = subject.props): Promise<SourceRun> {
    const connector = await subject.startConnector(props);
    const [config = {}] = await subject.inTime('taskConfigs', connector.taskConfigs(1));
    const Task = connector.taskClass() as new () => SourceTask;
    const task = new Task();
    const read = (partition: SourceMap): SourceMap | null => offsets.get(canonicalText(partition)) ?? null;
    task.initialize?.({
      log: subject.log,
      configs: () => config,
      offsetStorageReader: { offset: async (partition) => read(partition), offsets: async (partitions) => partitions.map(read) },
    });
    subject.onEnd(() => task.stop());
    await subject.inTime('start of the task', task.start(config, subject.signal()));
    return new SourceRun(subject, task, offsets);
  }

  /** The next `count` records. @throws ContractViolation if they do not come in time */
  async take(count: number): Promise<SourceRecord[]> {
    const deadline = AbortSignal.timeout(this.#subject.patienceMs);
    while (this.#pending.length < count) {
      const polled = await this.#subject.inTime('poll', this.task.poll(deadline));
      for (const record of polled ?? []) this.#pending.push(record);
      if (deadline.aborted) throw violated(`${this.#pending.length} of ${count} records came in ${this.#subject.patienceMs} ms`);
    }
    return this.#pending.splice(0, count);
  }

  /** Acknowledges records and stores their offsets, as the worker does. */
  async commit(records: readonly SourceRecord[]): Promise<void> {
    for (const [at, record] of records.entries()) {
      this.task.commitRecord?.(record, { topic: record.topic, partition: 0, offset: at, timestamp: -1 });
      if (record.sourcePartition === null || record.sourceOffset === null) continue;
      // Through JSON, as through the offsets topic.
      this.#offsets.set(canonicalText(record.sourcePartition), JSON.parse(JSON.stringify(record.sourceOffset)) as SourceMap);
    }
    await this.task.commit?.();
  }

  async stop(): Promise<void> {
    await this.#subject.inTime('stop of the task', this.task.stop());
  }
}
