import { ConnectException, type Properties, type SinkOffsets, type SinkRecord, type SinkTask, type TopicPartition } from '@millrace/api';
import type { Fault } from './broken-package.ts';
import { GoodSink, GoodSinkTask } from './good-sink.ts';

function fault(name: string, breaks: string, Task: new () => SinkTask): Fault {
  const connector = class extends GoodSink {
    override taskClass(): new () => SinkTask {
      return Task;
    }
  };
  return { name, breaks, connector };
}

/** Faults in what a sink makes of its records. */
export const sinkFaults: readonly Fault[] = [
  fault(
    'loses the end of a large batch',
    'sink-complete',
    class extends GoodSinkTask {
      override async put(records: readonly SinkRecord[]): Promise<void> {
        await super.put(records.slice(0, 35));
      }
    },
  ),
  fault(
    'writes something for an empty batch',
    'sink-empty-put',
    class extends GoodSinkTask {
      override async put(records: readonly SinkRecord[]): Promise<void> {
        if (records.length === 0) this.system.rows.set(-1, 'nothing');
        await super.put(records);
      }
    },
  ),
  fault(
    'writes a batch from its end',
    'sink-order',
    class extends GoodSinkTask {
      override async put(records: readonly SinkRecord[]): Promise<void> {
        await super.put([...records].reverse());
      }
    },
  ),
  fault(
    'makes rows durable only when it stops',
    'sink-committed-durable',
    class extends GoodSinkTask {
      override start(props: Properties): void {
        super.start(props);
        const durable = this.system.notes.get('durable') as Map<number, string> | undefined;
        this.system.rows = new Map(durable);
      }
      override async stop(): Promise<void> {
        this.system?.notes.set('durable', new Map(this.system.rows));
      }
    },
  ),
  fault(
    'commits more than it was given',
    'sink-commit-bounded',
    class extends GoodSinkTask {
      preCommit(offsets: SinkOffsets): SinkOffsets {
        return new Map(Array.from(offsets, ([partition, offset]): [TopicPartition, number] => [partition, offset + 1]));
      }
    },
  ),
  fault(
    'calls itself idempotent and is not',
    'sink-redelivery',
    class extends GoodSinkTask {
      protected override rowId(record: SinkRecord): number {
        return super.rowId(record) + this.system.lives * 10_000_000;
      }
    },
  ),
  fault(
    'drops what comes after a rebalance',
    'sink-rebalance',
    class extends GoodSinkTask {
      #closed = false;
      close(): void {
        this.#closed = true;
      }
      protected override write(record: SinkRecord): void {
        if (!this.#closed) super.write(record);
      }
    },
  ),
  fault(
    'drops tombstones',
    'sink-tombstone',
    class extends GoodSinkTask {
      protected override write(record: SinkRecord): void {
        if (record.value !== null) super.write(record);
      }
    },
  ),
  fault(
    'needs a key',
    'sink-null-key',
    class extends GoodSinkTask {
      protected override text(record: SinkRecord): string {
        return (record.key as string).length > 0 ? super.text(record) : '';
      }
    },
  ),
  fault(
    'needs a schema',
    'sink-schemaless',
    class extends GoodSinkTask {
      protected override text(record: SinkRecord): string {
        return record.value !== null && record.valueSchema === null ? '[object Object]' : super.text(record);
      }
    },
  ),
  fault(
    'does not say which record is wrong',
    'sink-poison-refused',
    class extends GoodSinkTask {
      protected override errorOf(record: SinkRecord): Error | null {
        return super.errorOf(record) === null ? null : new ConnectException('invalid value');
      }
    },
  ),
  fault(
    'does not report errant records',
    'sink-poison-reported',
    class extends GoodSinkTask {
      protected override async refuse(_record: SinkRecord, error: Error): Promise<void> {
        throw error;
      }
    },
  ),
  fault(
    'takes an outage for the end',
    'sink-outage',
    class extends GoodSinkTask {
      protected override awayError(): Error {
        return new ConnectException('the system is away');
      }
    },
  ),
  fault(
    'cannot start again after it failed before its first record',
    'sink-poison-fails',
    class extends GoodSinkTask {
      #hasPut = false;
      override start(props: Properties): void {
        super.start(props);
        if (this.system.notes.has('spoilt')) throw new ConnectException('the system is locked');
      }
      override async put(records: readonly SinkRecord[]): Promise<void> {
        await super.put(records);
        this.#hasPut ||= records.length > 0;
      }
      override async stop(): Promise<void> {
        if (!this.#hasPut) this.system?.notes.set('spoilt', true);
      }
    },
  ),
  fault(
    'does not expect a gap in the offsets',
    'sink-poison-tolerated',
    class extends GoodSinkTask {
      #last = -1;
      override async put(records: readonly SinkRecord[]): Promise<void> {
        for (const { kafkaOffset } of records) {
          const hasGap = this.#last >= 0 && kafkaOffset > this.#last + 1;
          if (hasGap && this.system.lives === 1) throw new ConnectException('a record is missing');
          this.#last = kafkaOffset;
        }
        await super.put(records);
      }
    },
  ),
  fault(
    'keeps every record',
    'sink-memory',
    class extends GoodSinkTask {
      readonly #kept: unknown[] = [];
      protected override write(record: SinkRecord): void {
        this.#kept.push({ record, copy: Array.from({ length: 100 }, (_, at) => at + record.kafkaOffset) });
        super.write(record);
      }
    },
  ),
];
