import {
  RetriableException,
  Schema,
  SchemaAndValue,
  SourceRecord,
  type ConfigDef,
  type Properties,
  type RecordMetadata,
  type SourceConnector,
  type SourceMap,
  type SourceTask,
  type SourceTaskContext,
} from '@millrace/api';
import { GOOD_CONFIG } from './good-config.ts';
import { MemorySystem } from './memory-system.ts';

/** A source that keeps the contract; its subclasses each break one rule. Items with even and odd numbers are two partitions. */
export class GoodSource implements SourceConnector {
  protected props: Properties = {};
  version(): string {
    return '1.0.0';
  }
  taskClass(): new () => SourceTask {
    return GoodSourceTask;
  }
  config(): ConfigDef {
    return GOOD_CONFIG;
  }
  start(props: Properties): void {
    GOOD_CONFIG.parse(props);
    this.props = props;
  }
  taskConfigs(_most: number): Properties[] {
    return [this.props];
  }
  stop(): void {}
}

export class GoodSourceTask implements SourceTask {
  protected context!: SourceTaskContext;
  protected system: MemorySystem | null = null;
  /** Next item of the even and of the odd ones. */
  protected next = [0, 1];
  #batchSize = 0;

  version(): string {
    return '1.0.0';
  }
  initialize(context: SourceTaskContext): void {
    this.context = context;
  }
  async start(props: Properties): Promise<void> {
    const config = GOOD_CONFIG.parse(props);
    this.#batchSize = config['batch.size'];
    this.system = MemorySystem.find(config.system);
    this.system.lives += 1;
    const offsets = await this.context.offsetStorageReader.offsets([{ half: 0 }, { half: 1 }]);
    this.next = offsets.map((offset, half) => (offset === null ? half : Number(offset['next'])));
  }
  async poll(signal: AbortSignal): Promise<SourceRecord[] | null> {
    const { system } = this;
    if (system === null) return null;
    if (system.isAway) throw this.awayError();
    if (Math.min(...this.next) >= system.items) await this.wait(system, signal);
    const records: SourceRecord[] = [];
    for (let n = Math.min(...this.next); n < system.items && records.length < this.#batchSize; n++) {
      const half = n % 2;
      if (n < (this.next[half] as number)) continue;
      this.next[half] = n + 2;
      records.push(this.record(n));
    }
    return records.length === 0 ? null : records;
  }
  commitRecord(_record: SourceRecord, _metadata: RecordMetadata | null): void {}
  async stop(): Promise<void> {
    this.system = null;
  }

  protected awayError(): Error {
    return new RetriableException('the system is away');
  }
  protected async wait(system: MemorySystem, signal: AbortSignal): Promise<void> {
    await system.more(signal);
  }
  protected record(n: number): SourceRecord {
    return new SourceRecord({
      sourcePartition: { half: n % 2 },
      sourceOffset: this.offset(n),
      topic: 'items',
      keyAndSchema: new SchemaAndValue(Schema.STRING_SCHEMA, `key ${n}`),
      valueAndSchema: new SchemaAndValue(Schema.INT32_SCHEMA, this.value(n)),
    });
  }
  protected offset(n: number): SourceMap {
    return { next: n + 2 };
  }
  protected value(n: number): unknown {
    return n;
  }
}
