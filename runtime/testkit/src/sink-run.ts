import { SinkRecord, TopicPartition, type Properties, type SinkTask } from '@millrace/api';
import type { SinkFixture } from './contract-options.ts';
import { CONTRACT_TOPIC, type Subject } from './subject.ts';

/** Item `n` at offset `n` of a partition of the contract's topic. */
export function sinkRecord(fixture: SinkFixture, offset: number, partition = 0): SinkRecord {
  return new SinkRecord({
    topic: CONTRACT_TOPIC,
    kafkaPartition: partition,
    kafkaOffset: offset,
    keyAndSchema: fixture.key,
    valueAndSchema: fixture.value,
    timestamp: 1_700_000_000_000 + offset,
    timestampType: 'CreateTime',
  });
}

/** Items `from` to `from + count - 1` with their schemas. */
export function sinkRecords(subject: Subject, from: number, count: number, partition = 0): SinkRecord[] {
  return Array.from({ length: count }, (_, at) => sinkRecord(subject.sink.record(from + at), from + at, partition));
}

/** What the system is to show of those items. */
export function shown(subject: Subject, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => subject.sink.record(from + at).shows);
}

/** One life of a sink task, driven step by step. */
export class SinkRun {
  readonly task: SinkTask;
  /** Records that the task reported as errant. */
  readonly errant: SinkRecord[];
  readonly #subject: Subject;
  readonly #positions = new Map<TopicPartition, number>();

  private constructor(subject: Subject, task: SinkTask, errant: SinkRecord[]) {
    this.#subject = subject;
    this.task = task;
    this.errant = errant;
  }

  /** Starts connector and first task and gives it two partitions. @param tolerant whether it may report errant records */
  static async start(subject: Subject, tolerant = false, props: Properties = subject.props): Promise<SinkRun> {
    const connector = await subject.startConnector(props);
    const [config = {}] = await subject.inTime('taskConfigs', connector.taskConfigs(1));
    const Task = connector.taskClass() as new () => SinkTask;
    const task = new Task();
    const partitions = [TopicPartition.of(CONTRACT_TOPIC, 0), TopicPartition.of(CONTRACT_TOPIC, 1)];
    const errant: SinkRecord[] = [];
    const nothing = (): void => {};
    task.initialize?.({
      log: subject.log,
      configs: () => config,
      offset: nothing,
      timeout: nothing,
      assignment: () => partitions,
      pause: nothing,
      resume: nothing,
      requestCommit: nothing,
      errantRecordReporter: tolerant ? { report: async (record) => void errant.push(record) } : null,
    });
    subject.onEnd(() => task.stop());
    await subject.inTime('start of the task', task.start(config, subject.signal()));
    await subject.inTime('open', task.open?.(partitions));
    return new SinkRun(subject, task, errant);
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    await this.#subject.inTime('put', this.task.put(records, this.#subject.signal()));
    for (const { topic, kafkaPartition, kafkaOffset } of records) {
      this.#positions.set(TopicPartition.of(topic, kafkaPartition ?? 0), kafkaOffset + 1);
    }
  }

  /** What the worker would commit now; everything in it is in the system for good. */
  async preCommit(): Promise<ReadonlyMap<TopicPartition, number>> {
    const positions = new Map(this.#positions);
    if (this.task.preCommit !== undefined) return this.#subject.inTime('preCommit', this.task.preCommit(positions));
    await this.#subject.inTime('flush', this.task.flush?.(positions));
    return positions;
  }

  async rebalance(): Promise<void> {
    const partitions = [TopicPartition.of(CONTRACT_TOPIC, 0), TopicPartition.of(CONTRACT_TOPIC, 1)];
    await this.preCommit();
    await this.#subject.inTime('close', this.task.close?.(partitions));
    this.#positions.clear();
    await this.#subject.inTime('open', this.task.open?.(partitions));
  }

  async stop(): Promise<void> {
    await this.#subject.inTime('stop of the task', this.task.stop());
  }
}
