/** Kafka's four logical types. */
export type LogicalType = 'decimal' | 'date' | 'time' | 'timestamp';

export const DECIMAL_NAME = 'org.apache.kafka.connect.data.Decimal';
export const DATE_NAME = 'org.apache.kafka.connect.data.Date';
export const TIME_NAME = 'org.apache.kafka.connect.data.Time';
export const TIMESTAMP_NAME = 'org.apache.kafka.connect.data.Timestamp';

const logicalTypes: ReadonlyMap<string, LogicalType> = new Map([
  [DECIMAL_NAME, 'decimal'],
  [DATE_NAME, 'date'],
  [TIME_NAME, 'time'],
  [TIMESTAMP_NAME, 'timestamp'],
]);

/** The logical type that a schema name stands for, or null. Kafka looks at the name alone, whatever the base type. */
export function logicalTypeOf(schemaName: string | null): LogicalType | null {
  return schemaName === null ? null : (logicalTypes.get(schemaName) ?? null);
}
