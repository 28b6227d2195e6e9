import type { SinkRecord } from '@millrace/api';
import type { Partitioner } from './partitioner.ts';

/** One directory for each partition of the topic, `partition=3`, as `io.confluent.connect.storage.partitioner.DefaultPartitioner`. */
export class DefaultPartitioner implements Partitioner {
  readonly isDeterministic = true;

  encode(record: SinkRecord): string {
    return `partition=${record.kafkaPartition ?? record.originalKafkaPartition}`;
  }
}
