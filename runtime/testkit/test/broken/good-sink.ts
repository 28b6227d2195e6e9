import {
  ConnectException,
  RetriableException,
  type ConfigDef,
  type Properties,
  type SinkConnector,
  type SinkRecord,
  type SinkTask,
  type SinkTaskContext,
} from '@millrace/api';
import { GOOD_CONFIG } from './good-config.ts';
import { MemorySystem } from './memory-system.ts';

/** A sink that keeps the contract; its subclasses each break one rule. Rows are keyed by partition and offset, so it is idempotent. */
export class GoodSink implements SinkConnector {
  protected props: Properties = {};
  version(): string {
    return '1.0.0';
  }
  taskClass(): new () => SinkTask {
    return GoodSinkTask;
  }
  config(): ConfigDef {
    return GOOD_CONFIG;
  }
  start(props: Properties): void {
    GOOD_CONFIG.parse(props);
    this.props = props;
  }
  taskConfigs(most: number): Properties[] {
    return Array.from({ length: most }, () => this.props);
  }
  stop(): void {}
}

export class GoodSinkTask implements SinkTask {
  protected context!: SinkTaskContext;
  protected system!: MemorySystem;

  version(): string {
    return '1.0.0';
  }
  initialize(context: SinkTaskContext): void {
    this.context = context;
  }
  start(props: Properties): void {
    this.system = MemorySystem.find(GOOD_CONFIG.parse(props).system);
    this.system.lives += 1;
  }
  async put(records: readonly SinkRecord[]): Promise<void> {
    if (this.system.isAway) throw this.awayError();
    for (const record of records) {
      const error = this.errorOf(record);
      if (error === null) this.write(record);
      else await this.refuse(record, error);
    }
  }
  async stop(): Promise<void> {}

  protected awayError(): Error {
    return new RetriableException('the system is away');
  }
  protected errorOf({ value, topic, kafkaPartition, kafkaOffset }: SinkRecord): Error | null {
    if (value === null || typeof value === 'string') return null;
    return new ConnectException(`${topic}-${kafkaPartition} at ${kafkaOffset}: the value is no text`);
  }
  protected async refuse(record: SinkRecord, error: Error): Promise<void> {
    if (this.context.errantRecordReporter === null) throw error;
    await this.context.errantRecordReporter.report(record, error);
  }
  protected write(record: SinkRecord): void {
    this.system.rows.set(this.rowId(record), this.text(record));
  }
  protected rowId({ kafkaPartition, kafkaOffset }: SinkRecord): number {
    return (kafkaPartition ?? 0) * 1_000_000 + kafkaOffset;
  }
  protected text({ key, value }: SinkRecord): string {
    return value === null ? `${String(key)} deleted` : (value as string);
  }
}
