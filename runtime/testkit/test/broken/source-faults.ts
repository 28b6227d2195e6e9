import {
  ConnectException,
  Schema,
  type SourceRecord,
  type Properties,
  type RecordMetadata,
  type SourceMap,
  type SourceTask,
} from '@millrace/api';
import type { Fault } from './broken-package.ts';
import { GoodSource, GoodSourceTask } from './good-source.ts';
import type { MemorySystem } from './memory-system.ts';

function fault(name: string, breaks: string, Task: new () => SourceTask): Fault {
  const connector = class extends GoodSource {
    override taskClass(): new () => SourceTask {
      return Task;
    }
  };
  return { name, breaks, connector };
}

/** Faults in what a source makes of its items. */
export const sourceFaults: readonly Fault[] = [
  fault(
    'garbles one item',
    'source-complete',
    class extends GoodSourceTask {
      protected override value(n: number): unknown {
        return n === 59 ? 61 : n;
      }
    },
  ),
  fault(
    'mixes up two items',
    'source-order',
    class extends GoodSourceTask {
      protected override value(n: number): unknown {
        return { 4: 6, 6: 4 }[n] ?? n;
      }
    },
  ),
  fault(
    'takes what it polled for delivered when it stops',
    'source-resume',
    class extends GoodSourceTask {
      override async start(props: Properties): Promise<void> {
        await super.start(props);
        this.next = (this.system?.notes.get('next') as number[] | undefined) ?? this.next;
      }
      override async stop(): Promise<void> {
        this.system?.notes.set('next', this.next);
        await super.stop();
      }
    },
  ),
  fault(
    'makes up offsets anew in each life',
    'source-redelivery',
    class extends GoodSourceTask {
      protected override offset(n: number): SourceMap {
        return { ...super.offset(n), life: this.system?.lives };
      }
    },
  ),
  fault(
    'has offsets that JSON does not hold',
    'source-offsets-plain',
    class extends GoodSourceTask {
      protected override offset(n: number): SourceMap {
        return { ...super.offset(n), seen: new Set([n]) };
      }
    },
  ),
  fault(
    'gives values that do not fit their schema',
    'source-records-valid',
    class extends GoodSourceTask {
      protected override value(n: number): unknown {
        return String(n);
      }
    },
  ),
  fault(
    'does not hear that it is to stop',
    'source-stop-polling',
    class extends GoodSourceTask {
      protected override async wait(system: MemorySystem): Promise<void> {
        await system.more(null);
      }
    },
  ),
  fault(
    'does not expect that a record was skipped',
    'source-skipped',
    class extends GoodSourceTask {
      override commitRecord(_record: SourceRecord, metadata: RecordMetadata | null): void {
        if (metadata === null) throw new TypeError('no metadata');
      }
    },
  ),
  fault(
    'takes an outage for the end',
    'source-outage',
    class extends GoodSourceTask {
      protected override awayError(): Error {
        return new ConnectException('the system is away');
      }
    },
  ),
  fault(
    'keeps every record',
    'source-memory',
    class extends GoodSourceTask {
      readonly #kept: unknown[] = [];
      protected override record(n: number): SourceRecord {
        const record = super.record(n);
        this.#kept.push({ record, copy: Array.from({ length: 100 }, (_, at) => at + n), schema: Schema.STRING_SCHEMA });
        return record;
      }
    },
  ),
];
