import type { SchemaAndValue } from '../data/schema-and-value.ts';
import type { ConnectHeaders } from './connect-headers.ts';
import { ConnectRecord, type RecordFields } from './connect-record.ts';

/** A source partition (which table, which file) or a source offset (how far): JSON-like, without schema. */
export type SourceMap = Readonly<Record<string, unknown>>;

export interface SourceRecordFields extends RecordFields {
  /**
   * Where the record comes from. Records that share the same object are recognised fastest, but equal content is enough.
   */
  readonly sourcePartition: SourceMap | null;
  /** How far the source is read once this record is safe. */
  readonly sourceOffset: SourceMap | null;
}

/** A record that a source task hands to the worker, as `org.apache.kafka.connect.source.SourceRecord`. */
export class SourceRecord extends ConnectRecord<SourceRecord> {
  readonly sourcePartition: SourceMap | null;
  readonly sourceOffset: SourceMap | null;

  constructor(fields: SourceRecordFields) {
    super(fields);
    this.sourcePartition = fields.sourcePartition;
    this.sourceOffset = fields.sourceOffset;
  }

  protected override copy(
    topic: string,
    kafkaPartition: number | null,
    key: SchemaAndValue,
    value: SchemaAndValue,
    timestamp: number | null,
    headers: ConnectHeaders | null,
  ): SourceRecord {
    return new SourceRecord({
      sourcePartition: this.sourcePartition,
      sourceOffset: this.sourceOffset,
      topic,
      kafkaPartition,
      keyAndSchema: key,
      valueAndSchema: value,
      timestamp,
      headers,
    });
  }
}
