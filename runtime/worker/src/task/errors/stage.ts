import { RetriableException } from '@millrace/api';

/** Steps at which a record can fail, as Kafka Connect names them (KIP-298). */
export type Stage =
  | 'TASK_POLL'
  | 'TASK_PUT'
  | 'TRANSFORMATION'
  | 'KEY_CONVERTER'
  | 'VALUE_CONVERTER'
  | 'HEADER_CONVERTER'
  | 'KAFKA_PRODUCE'
  | 'KAFKA_CONSUME';

/** Stages that work on one record alone, so that whatever they throw can be tolerated. */
const recordStages: ReadonlySet<Stage> = new Set<Stage>(['TRANSFORMATION', 'KEY_CONVERTER', 'VALUE_CONVERTER', 'HEADER_CONVERTER']);

/** Whether `errors.tolerance=all` covers this error: at the other stages only what was worth retrying. */
export function isTolerable(stage: Stage, error: unknown): boolean {
  return recordStages.has(stage) || error instanceof RetriableException;
}
