import { DataException, type SinkRecord } from '@millrace/api';

/** Fails the task for a record, by an error that names it. */
export function recordError(record: SinkRecord, cause: unknown): DataException {
  const where = `topic ${record.topic}, partition ${record.kafkaPartition}, offset ${record.kafkaOffset}`;
  return new DataException(`The record at ${where} cannot be written: ${(cause as Error).message}`, { cause });
}
