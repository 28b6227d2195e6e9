import { type Doc, int64, isDoc } from '../document/document.ts';
import type { PostProcessor } from './post-processor.ts';

const TIMESTAMP_FIELDS = { NoTimestampType: 'NO_TIMESTAMP_TYPE', CreateTime: 'CREATE_TIME', LogAppendTime: 'LOG_APPEND_TIME' } as const;

/** Adds where the record was in Kafka, and its time under the name of the time's type. */
export const addKafkaMeta: PostProcessor = ({ value, record }) => {
  if (value === null) return;
  value.set('topic-partition-offset', `${record.topic}-${record.kafkaPartition}-${record.kafkaOffset}`);
  if (record.timestamp !== null) value.set(TIMESTAMP_FIELDS[record.timestampType], int64(record.timestamp));
};

/** Removes fields that are null; nulls that are items of arrays stay. */
export const removeNulls: PostProcessor = ({ value }) => {
  if (value !== null) withoutNulls(value);
};

/** Removes nulls at every depth, in place. */
export function withoutNulls(doc: Doc): void {
  for (const [name, value] of doc) {
    if (value === null) doc.delete(name);
    else inside(value);
  }
}

function inside(value: unknown): void {
  if (isDoc(value)) withoutNulls(value);
  else if (Array.isArray(value)) for (const item of value) inside(item);
}
