import type { Schema } from '../data/schema.ts';

/** One header of a record. */
export interface Header {
  readonly key: string;
  readonly schema: Schema | null;
  readonly value: unknown;
}

/** A header as Kafka carries it. */
export interface RawHeader {
  readonly key: string;
  readonly value: Buffer | null;
}
