/**
 * Layout of a record batch, version 2: `org.apache.kafka.common.record.DefaultRecordBatch`. All numbers are big-endian; the CRC covers everything
 * from the attributes to the end.
 */
export const BatchLayout = {
  baseOffset: 0,
  length: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** Bytes before those that the length field counts. */
export const lengthOverhead = 12;

/** Bits of the attributes. */
export const BatchAttribute = {
  compressionMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const;
