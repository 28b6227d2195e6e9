/**
 * What sinks to object stores have in common; it knows no store's client.
 *
 * @module
 */
export type { Partitioner, TimestampExtractor } from './partition/partitioner.ts';
export { DefaultPartitioner } from './partition/default-partitioner.ts';
export { SinglePartitioner } from './partition/single-partitioner.ts';
export { FieldPartitioner, type FieldPartitionerOptions } from './partition/field-partitioner.ts';
export {
  dailyPartitioner,
  type FixedTimeOptions,
  hourlyPartitioner,
  TimePartitioner,
  type TimePartitionerOptions,
} from './partition/time-partitioner.ts';
export { TimeZone } from './partition/time-zone.ts';
export {
  RecordFieldTimestampExtractor,
  RecordTimestampExtractor,
  WallclockTimestampExtractor,
} from './partition/timestamp-extractors.ts';
export type { FileFacts, ObjectKeyer } from './key/object-keyer.ts';
export { ConfluentKeyer, type ConfluentKeyerOptions } from './key/confluent-keyer.ts';
export { IbmKeyer } from './key/ibm-keyer.ts';
export { FileNameTemplate, type FileNameTemplateOptions } from './key/file-name-template.ts';
