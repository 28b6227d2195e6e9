import { type Properties, Schema, SchemaAndValue, SinkRecord } from '@millrace/api';
import { BSON } from 'mongodb';
import { topicConfig } from '../src/config/topic-config.ts';
import { RecordDocuments } from '../src/convert/record-documents.ts';

/** Key and value of a record: Extended JSON text, or anything without a schema. */
export interface Halves {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly offset?: number;
  readonly topic?: string;
}

/** A record at partition 0 with time 1000. */
export function record({ key = null, value = null, offset = 7, topic = 'topic' }: Halves): SinkRecord {
  return new SinkRecord({
    topic,
    kafkaPartition: 0,
    kafkaOffset: offset,
    keyAndSchema: half(key),
    valueAndSchema: half(value),
    timestamp: 1000,
    timestampType: 'CreateTime',
  });
}

function half(value: unknown): SchemaAndValue {
  if (value instanceof SchemaAndValue) return value;
  return value === null ? SchemaAndValue.NULL : new SchemaAndValue(typeof value === 'string' ? Schema.STRING_SCHEMA : null, value);
}

/** BSON of a value as canonical Extended JSON, after a way through bytes. */
export function canonical(value: unknown): string {
  const bytes = BSON.serialize({ v: value }, { ignoreUndefined: false });
  const read = BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });
  return BSON.EJSON.stringify(read['v'], { relaxed: false });
}

/** The write of a record under a configuration, as Extended JSON. */
export function written(props: Properties, halves: Halves): string {
  const config = topicConfig({ database: 'db', ...props }, halves.topic ?? 'topic');
  return canonical(config.model(new RecordDocuments(record(halves))));
}
