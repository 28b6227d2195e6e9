/** A row in runtime form, with what the cursor of its table needs. */
export class DecodedRow {
  /** By field of the value's schema. */
  readonly values: unknown[];
  /** Size as sent, in bytes. */
  readonly bytes: number;
  /** Value of the incrementing column. */
  id: number | bigint | null = null;
  /** Instant of the timestamp column, in microseconds since 1970. */
  micros: number | bigint | null = null;
  /** Which of the timestamp columns gave it. */
  rank = Number.POSITIVE_INFINITY;
  /** Transaction that wrote the row. */
  xid = 0;

  constructor(values: unknown[], bytes: number) {
    this.values = values;
    this.bytes = bytes;
  }
}
