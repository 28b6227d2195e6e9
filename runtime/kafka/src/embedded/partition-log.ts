import type { ProducerRecord } from '../port.ts';
import type { LogRecord, RecordHome } from './log-record.ts';
import type { Retention } from './retention.ts';
import type { WaitList } from '../waiting/wait-list.ts';

/** The records of one partition, oldest first, wherever they are kept. */
export interface PartitionLog extends RecordHome {
  readonly retention: Retention;
  /** Wait for the next record. */
  readonly dataWaiters: WaitList;
  /** Whether the topic was deleted; nothing is written or read any more. */
  readonly isDeleted: boolean;
  readonly isCompacted: boolean;
  /** Memory or bytes of files. */
  readonly bytes: number;
  /** Offset of the oldest record that retention has left. Compaction does not move it. */
  readonly startOffset: number;
  /** Offset behind the last record that may be read. */
  readonly endOffset: number;
  /** How often {@link writeOut} failed. All that was appended since the time before is not in the log then. */
  readonly failures: number;
  /** Why {@link writeOut} failed last. */
  readonly failure: Error | null;
  /**
   * Adds a record. It may be read once it is written out.
   * @param bytes memory of the record as an object
   * @throws KafkaStorageException if the partition can take no more
   */
  append(source: ProducerRecord, bytes: number, now: number): LogRecord;
  /**
   * Writes out what was appended, so that it survives the death of the process. Whether that went well is in {@link failures}.
   * @returns what has to be awaited before the records are as safe as the topic wants them; null if nothing has
   */
  writeOut(): Promise<void> | null;
  /**
   * Up to `max` records from the offset on; less than there are if that is easier, but none only at the end.
   * @throws CorruptRecordException, KafkaStorageException
   */
  read(offset: number, max: number): readonly LogRecord[];
  /** Forgets everything and lets go of everybody who waits. */
  delete(): void;
}
