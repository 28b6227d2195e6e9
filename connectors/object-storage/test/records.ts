import { type Schema, SchemaBuilder, SinkRecord, type SinkRecordFields, Struct } from '@millrace/api';

/** A record of `orders-3` at offset 120. */
export function record(fields: Partial<SinkRecordFields> = {}): SinkRecord {
  return new SinkRecord({ topic: 'orders', kafkaPartition: 3, kafkaOffset: 120, timestamp: 0, ...fields });
}

/** A record whose value is a struct of these fields. */
export function structRecord(values: Record<string, readonly [Schema, unknown]>, fields: Partial<SinkRecordFields> = {}): SinkRecord {
  const builder = SchemaBuilder.struct();
  for (const [name, [schema]] of Object.entries(values)) builder.field(name, schema);
  const valueSchema = builder.build();
  const value = new Struct(valueSchema);
  for (const [name, [, item]] of Object.entries(values)) value.put(name, item);
  return record({ valueSchema, value, ...fields });
}
