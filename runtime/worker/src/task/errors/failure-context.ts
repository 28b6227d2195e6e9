import type { SourceMap } from '@millrace/api';
import type { ConsumedRecord } from '@millrace/kafka';
import type { Stage } from './stage.ts';

/** Where a record of a source comes from. */
export interface SourceOrigin {
  readonly sourcePartition: SourceMap | null;
  readonly sourceOffset: SourceMap | null;
}

/** What is known of a failure, as `org.apache.kafka.connect.runtime.errors.ProcessingContext`. Made when something fails, not once a record. */
export class FailureContext {
  /** The record as it was read from Kafka; null for a source. */
  readonly consumed: ConsumedRecord | null;
  readonly source: SourceOrigin | null;
  stage: Stage;
  /** Java name of the plug-in that failed. */
  executingClass: string;
  /** Attempts so far. */
  attempt = 1;
  error: unknown = null;
  /** The operation failed for good. */
  failed = false;

  private constructor(consumed: ConsumedRecord | null, source: SourceOrigin | null, stage: Stage, executingClass: string) {
    this.consumed = consumed;
    this.source = source;
    this.stage = stage;
    this.executingClass = executingClass;
  }

  /** A failure of a sink; the record is null if none is to blame. */
  static ofConsumed(consumed: ConsumedRecord | null, stage: Stage, executingClass: string): FailureContext {
    return new FailureContext(consumed, null, stage, executingClass);
  }

  static ofSource(source: SourceOrigin, stage: Stage, executingClass: string): FailureContext {
    return new FailureContext(null, source, stage, executingClass);
  }

  /** Where to find the record; null if there is none. */
  get place(): string | null {
    if (this.consumed !== null) {
      const { topic, partition, offset } = this.consumed;
      return `topic ${topic}, partition ${partition}, offset ${offset}`;
    }
    return this.source === null ? null : sourcePlace(this.source);
  }
}

/** Where to find a record of a source. */
export function sourcePlace({ sourcePartition, sourceOffset }: SourceOrigin): string {
  return `source partition ${sourceText(sourcePartition)}, source offset ${sourceText(sourceOffset)}`;
}

function sourceText(map: SourceMap | null): string {
  return JSON.stringify(map, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
