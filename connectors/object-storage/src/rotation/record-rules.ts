import { ConfigException } from '@millrace/api';
import type { NextRecord, RotationRule, RotationState } from './rotation-rule.ts';

/** Closes files at a number of records: Confluent's `flush.size`, IBM's `cos.object.records`. */
export class RecordCountRule implements RotationRule {
  readonly reason = 'records';
  readonly isDeterministic = true;
  readonly #limit: number;

  /** @throws ConfigException if the limit is below 1. */
  constructor(limit: number) {
    this.#limit = atLeastOne(limit, 'The number of records of a file');
  }

  isDueAfter({ recordCount }: RotationState): boolean {
    return recordCount >= this.#limit;
  }
}

/** Closes files at a number of encoded bytes before compression, `rotate.bytes`. */
export class ByteSizeRule implements RotationRule {
  readonly reason = 'bytes';
  readonly isDeterministic = true;
  readonly #limit: number;

  /** @throws ConfigException if the limit is below 1. */
  constructor(limit: number) {
    this.#limit = atLeastOne(limit, 'rotate.bytes');
  }

  isDueAfter({ byteCount }: RotationState): boolean {
    return byteCount >= this.#limit;
  }
}

/** Settings of a {@link RecordTimeRule}. */
export interface RecordTimeOptions {
  readonly intervalMs: number;
  /** `rotate.file.on.partition.change`: whether a record for another directory closes files too. */
  readonly onPartitionChange: boolean;
  /** Whether the extractor gives the same times on every run. */
  readonly isDeterministic: boolean;
}

/** Closes files when a record is this much later than the first one: Confluent's `rotate.interval.ms`, IBM's `cos.object.interval.seconds`. */
export class RecordTimeRule implements RotationRule {
  readonly reason = 'record-time';
  readonly isDeterministic: boolean;
  readonly #intervalMs: number;
  readonly #onPartitionChange: boolean;

  /** @throws ConfigException if the interval is below 1. */
  constructor({ intervalMs, onPartitionChange, isDeterministic }: RecordTimeOptions) {
    this.#intervalMs = atLeastOne(intervalMs, 'The interval of record times');
    this.#onPartitionChange = onPartitionChange;
    this.isDeterministic = isDeterministic;
  }

  isDueBefore({ firstTimestamp, lastPartition }: RotationState, { timestamp, encodedPartition }: NextRecord): boolean {
    if (this.#onPartitionChange && lastPartition !== encodedPartition) return true;
    return timestamp !== null && firstTimestamp !== null && timestamp - firstTimestamp >= this.#intervalMs;
  }
}

function atLeastOne(value: number, what: string): number {
  if (!(value >= 1)) throw new ConfigException(`${what} must be at least 1, got ${value}`);
  return value;
}
