/**
 * Record batches as Kafka's brokers store and send them, for tools and tests that deal in their bytes.
 *
 * @module
 */
export { crc32c } from '@node-rs/crc32';
export { CompletedFetch, type CompletedFetchOptions } from './kafkajs/consumer/completed-fetch.ts';
export { BatchBuilder, notIdempotent, restamp, type ProducerStamp } from './kafkajs/records/batch-builder.ts';
export { BatchAttribute, BatchLayout } from './kafkajs/records/batch-layout.ts';
export { codecFor, type CompressionType } from './kafkajs/records/compression.ts';
export { type ReadRecord } from './kafkajs/records/read-record.ts';
export { type RecordBatch, recordBatches } from './kafkajs/records/record-batch.ts';
