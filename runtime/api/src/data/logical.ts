import { SchemaBuilder } from './schema-builder.ts';
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from './logical-type.ts';
import type { BigDecimal } from './big-decimal.ts';
import type { Schema } from './schema.ts';

// STUB of the seam, to be replaced by the implementation: fromLogical must check, toLogical must be added.
export const ConnectDecimal = {
  LOGICAL_NAME: DECIMAL_NAME,
  builder: (scale: number): SchemaBuilder => SchemaBuilder.bytes().name(DECIMAL_NAME).parameter('scale', String(scale)).version(1),
  schema: (scale: number): Schema => ConnectDecimal.builder(scale).build(),
  fromLogical: (_schema: Schema, value: BigDecimal): Buffer => Buffer.from(String(value)),
};
export const ConnectDate = {
  LOGICAL_NAME: DATE_NAME,
  builder: (): SchemaBuilder => SchemaBuilder.int32().name(DATE_NAME).version(1),
  SCHEMA: SchemaBuilder.int32().name(DATE_NAME).version(1).build(),
  fromLogical: (_schema: Schema, value: Date | number): number => Number(value),
};
export const ConnectTime = {
  LOGICAL_NAME: TIME_NAME,
  builder: (): SchemaBuilder => SchemaBuilder.int32().name(TIME_NAME).version(1),
  SCHEMA: SchemaBuilder.int32().name(TIME_NAME).version(1).build(),
  fromLogical: (_schema: Schema, value: Date | number): number => Number(value),
};
export const ConnectTimestamp = {
  LOGICAL_NAME: TIMESTAMP_NAME,
  builder: (): SchemaBuilder => SchemaBuilder.int64().name(TIMESTAMP_NAME).version(1),
  SCHEMA: SchemaBuilder.int64().name(TIMESTAMP_NAME).version(1).build(),
  fromLogical: (_schema: Schema, value: Date | number | bigint): number | bigint => Number(value),
};
