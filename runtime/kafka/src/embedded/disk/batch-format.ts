/**
 * Batches as they lie in a segment file, numbers big-endian:
 *
 *   0  u32  bytes that follow this field
 *   4  u32  CRC-32 of everything that follows this field
 *   8  u16  version, 1
 *  10  u48  base offset
 *  16  u48  offset of the last record
 *  22  u32  number of records
 *  26  f64  newest timestamp of a record, in milliseconds since the epoch
 *  34  f64  when the batch was written, in milliseconds since the epoch; compaction keeps it
 *  42       records: u32 offset less the base offset, f64 timestamp, i32 length of the key or -1, i32 length of the value or -1,
 *           u32 number of headers, key, value, then of each header: u32 length of the key, i32 length of the value or -1, key, value
 *
 * The checksum tells a batch that was written to its end from one that a crash cut off.
 */
export const formatVersion = 1;

/** Bytes of a batch before its first record. */
export const batchHeaderBytes = 42;
/** Bytes of a record besides its key, value and headers. */
export const recordHeaderBytes = 24;
/** Bytes of a header besides its key and value. */
export const headerHeaderBytes = 8;

/** Bytes that are kept in one batch, unless one record alone is larger: what a reader has to take in at once. */
export const batchTargetBytes = 64 * 1024;

/** What the fixed part of a batch says. */
export interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly recordCount: number;
  readonly maxTimestamp: number;
  readonly writtenAt: number;
  /** All of the batch, in bytes. */
  readonly bytes: number;
}
