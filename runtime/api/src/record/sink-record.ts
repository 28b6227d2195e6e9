import type { SchemaAndValue } from '../data/schema-and-value.ts';
import type { ConnectHeaders } from './connect-headers.ts';
import { ConnectRecord, type RecordFields } from './connect-record.ts';

/** What a record's timestamp means. */
export type TimestampType = 'NoTimestampType' | 'CreateTime' | 'LogAppendTime';

export interface SinkRecordFields extends RecordFields {
  /** Offset in its partition: a `number`, since a log never reaches 2^53 records. */
  readonly kafkaOffset: number;
  readonly timestampType?: TimestampType;
  /** Topic, partition and offset that the record was read from. Default: its own; they stay when a transformation routes the record. */
  readonly originalTopic?: string;
  readonly originalKafkaPartition?: number;
  readonly originalKafkaOffset?: number;
}

/** A record that the worker hands to a sink task, as `org.apache.kafka.connect.sink.SinkRecord`. */
export class SinkRecord extends ConnectRecord<SinkRecord> {
  readonly kafkaOffset: number;
  readonly timestampType: TimestampType;
  readonly originalTopic: string;
  readonly originalKafkaPartition: number;
  readonly originalKafkaOffset: number;

  constructor(fields: SinkRecordFields) {
    super(fields);
    this.kafkaOffset = fields.kafkaOffset;
    this.timestampType = fields.timestampType ?? 'NoTimestampType';
    this.originalTopic = fields.originalTopic ?? fields.topic;
    this.originalKafkaPartition = fields.originalKafkaPartition ?? fields.kafkaPartition ?? 0;
    this.originalKafkaOffset = fields.originalKafkaOffset ?? fields.kafkaOffset;
  }

  protected override copy(
    topic: string,
    kafkaPartition: number | null,
    key: SchemaAndValue,
    value: SchemaAndValue,
    timestamp: number | null,
    headers: ConnectHeaders | null,
  ): SinkRecord {
    return new SinkRecord({
      topic,
      kafkaPartition,
      keyAndSchema: key,
      valueAndSchema: value,
      timestamp,
      headers,
      kafkaOffset: this.kafkaOffset,
      timestampType: this.timestampType,
      originalTopic: this.originalTopic,
      originalKafkaPartition: this.originalKafkaPartition,
      originalKafkaOffset: this.originalKafkaOffset,
    });
  }
}
