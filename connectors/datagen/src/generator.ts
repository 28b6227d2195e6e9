import type { Schema } from '@millrace/api';
import type { Random } from './random.ts';

/** Makes up one kind of record. */
export interface Generator {
  /** A STRUCT. */
  readonly schema: Schema;
  /** Field that is the record key unless the user names another. */
  readonly keyField: string;
  /**
   * The fields' values, in runtime form and in the order of {@link schema}.
   * @param random turned to this record @param record its number, from 0 @param timeMicros when its event happened, since the epoch
   */
  values(random: Random, record: number, timeMicros: number): unknown[];
}
