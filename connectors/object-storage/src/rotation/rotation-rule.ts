/** Why files are closed. */
export type RotationReason = 'records' | 'bytes' | 'record-time' | 'schedule' | 'deadline' | 'schema' | 'open-files';

/** What was written of one topic partition since its last rotation, over all its open files. */
export interface RotationState {
  readonly recordCount: number;
  /** Encoded bytes before compression, so that the same records count the same on every run. */
  readonly byteCount: number;
  /** Time of the first record, by the partitioner's extractor or else the record's own; null while there is none. */
  readonly firstTimestamp: number | null;
  /** Encoded partition of the last record. */
  readonly lastPartition: string | null;
  /** Wall clock at the first record; null while there is none. */
  readonly firstWrittenAt: number | null;
  /** Wall clock at the last rotation, or at the start. */
  readonly armedAt: number;
}

/** The record that is about to be written. */
export interface NextRecord {
  readonly timestamp: number | null;
  readonly encodedPartition: string;
}

/**
 * When the files of a topic partition are closed. Rules are pure: the state is all they know. Those that look at records alone lead to the
 * same files on every run; those that look at the wall clock do not.
 */
export interface RotationRule {
  readonly reason: RotationReason;
  /** Whether the same records are always divided at the same places. */
  readonly isDeterministic: boolean;
  /** Whether the next record belongs into new files. Asked only when there are records. */
  isDueBefore?(state: RotationState, next: NextRecord): boolean;
  /** Whether the record that was written last completes its files. */
  isDueAfter?(state: RotationState): boolean;
  /** Wall clock at which files are closed, in milliseconds; null for never as things stand. */
  dueAt?(state: RotationState): number | null;
}
