/**
 * The Kafka port, and the embedded log behind it.
 *
 * @module
 */
export * from './errors.ts';
export { murmur2 } from './murmur2.ts';
export { openTransport, EmbeddedLogs, type OpenTransportOptions } from './open-transport.ts';
export { partitionForKey } from './partitioner.ts';
export type * from './port.ts';
export { EmbeddedKafka } from './embedded/embedded-kafka.ts';
export { EmbeddedLog, type EmbeddedLogOptions } from './embedded/embedded-log.ts';
