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
export type {
  ObjectFacts,
  ObjectOptions,
  ObjectStore,
  OpenUpload,
  PartReceipt,
  StoreCapabilities,
  UploadHandle,
  WriteCondition,
} from './store/object-store.ts';
export { StoreError, storeErrorOf, type StoreErrorKind } from './store/store-error.ts';
export type { NextRecord, RotationReason, RotationRule, RotationState } from './rotation/rotation-rule.ts';
export { ByteSizeRule, RecordCountRule, type RecordTimeOptions, RecordTimeRule } from './rotation/record-rules.ts';
export { DeadlineRule, ScheduleRule } from './rotation/clock-rules.ts';
export { needsOtherFile, projected, type SchemaCompatibility } from './rotation/schema-compatibility.ts';
export { MemoryBudget } from './buffer/memory-budget.ts';
export { SLAB_BYTES, SlabPool } from './buffer/slab-pool.ts';
export { ByteSpool } from './buffer/byte-spool.ts';
export { Semaphore } from './upload/semaphore.ts';
export { type RetryOptions, RetryPolicy } from './upload/retry-policy.ts';
export type { UploadContext } from './upload/upload-context.ts';
export type { ObjectDescription } from './upload/object-description.ts';
export type { UploadOutcome } from './upload/object-upload.ts';
export { PartAssembler, type PartAssemblerOptions } from './upload/part-assembler.ts';
export { abortOrphans, type OrphanOptions } from './upload/orphan-uploads.ts';
export type { Codec } from './encode/codec.ts';
export { compressionCodec, type CompressionName } from './encode/compression.ts';
export type { ByteSink, FileEncoder, FileFormat } from './encode/file-format.ts';
export { extensionOf, type FileView, headerView, keyView, valueView } from './encode/file-view.ts';
export { JsonLinesFormat, type JsonLinesOptions } from './encode/json-lines-format.ts';
export { RawBytesFormat, type RawBytesOptions } from './encode/raw-bytes-format.ts';
export { checkPlan, isDeterministic, type SinkPlan } from './task/sink-plan.ts';
export { SinkCore, type SinkCoreOptions } from './task/sink-core.ts';
export { type PartitionerConfig, partitionerKeys, partitionerOf, timestampExtractorOf } from './partition/partitioner-config.ts';
