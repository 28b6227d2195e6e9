import { SinkRecord, type ConnectHeaders, type SchemaAndValue } from '@millrace/api';
import type { ConsumedRecord } from '@millrace/kafka';

/**
 * A record with the bytes that it was made of, for the dead letter queue. Copies keep them, as those of
 * `org.apache.kafka.connect.runtime.InternalSinkRecord` do. Made only for tasks that can report records.
 */
export class ConsumedSinkRecord extends SinkRecord {
  readonly consumed: ConsumedRecord;

  /** @param record what the task is to see */
  constructor(record: SinkRecord, consumed: ConsumedRecord) {
    const { topic, kafkaPartition, keyAndSchema, valueAndSchema, timestamp, kafkaOffset, timestampType } = record;
    const { originalTopic, originalKafkaPartition, originalKafkaOffset } = record;
    super({
      topic,
      kafkaPartition,
      keyAndSchema,
      valueAndSchema,
      timestamp,
      headers: record.hasHeaders ? record.headers : null,
      kafkaOffset,
      timestampType,
      originalTopic,
      originalKafkaPartition,
      originalKafkaOffset,
    });
    this.consumed = consumed;
  }

  // oxlint-disable-next-line max-params -- those of the method that it overrides
  protected override copy(
    topic: string,
    kafkaPartition: number | null,
    key: SchemaAndValue,
    value: SchemaAndValue,
    timestamp: number | null,
    headers: ConnectHeaders | null,
  ): SinkRecord {
    return new ConsumedSinkRecord(super.copy(topic, kafkaPartition, key, value, timestamp, headers), this.consumed);
  }
}
