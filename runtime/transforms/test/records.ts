import { type Schema, SchemaBuilder, SinkRecord, SourceRecord, Struct, type Transformation } from '@millrace/api';

export const TIMESTAMP = 1_700_000_000_123;

/** A record of topic `orders`, partition 2, with this value. */
export function recordWith(value: unknown, valueSchema: Schema | null = null): SourceRecord {
  return new SourceRecord({
    sourcePartition: { table: 'orders' },
    sourceOffset: { id: 1 },
    topic: 'orders',
    kafkaPartition: 2,
    timestamp: TIMESTAMP,
    valueSchema,
    value,
  });
}

/** The same as a sink task receives it, at offset 77. */
export function sinkRecordWith(value: unknown, valueSchema: Schema | null = null): SinkRecord {
  return new SinkRecord({ topic: 'orders', kafkaPartition: 2, kafkaOffset: 77, timestamp: TIMESTAMP, valueSchema, value });
}

/** A struct of fields given as name, schema and value. */
export function structOf(
  fields: readonly (readonly [name: string, schema: Schema, value: unknown])[],
  builder = SchemaBuilder.struct(),
): Struct {
  for (const [name, schema] of fields) builder.field(name, schema);
  return new Struct(
    builder.build(),
    fields.map(([, , value]) => value),
  );
}

export function configured<T extends Transformation>(plugin: new () => T, config: Readonly<Record<string, string | null>> = {}): T {
  const transformation = new plugin();
  transformation.configure(config);
  return transformation;
}

/** What a transformation makes of a value, with or without schema. */
export function applied(transformation: Transformation, value: unknown, schema: Schema | null = null): SourceRecord {
  const record = transformation.apply(recordWith(value, schema));
  if (record === null) throw new Error('the record was dropped');
  return record;
}

export const DEFAULT_FIVE: Schema = SchemaBuilder.int32().optional().defaultValue(5).build();
