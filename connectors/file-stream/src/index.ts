/**
 * Kafka's two example connectors for Millrace: lines of a file to a topic, and records to a file.
 *
 * @module
 */
export { FileStreamSourceConnector } from './source-connector.ts';
export { FileStreamSourceTask } from './source-task.ts';
export { FileStreamSinkConnector } from './sink-connector.ts';
export { FileStreamSinkTask } from './sink-task.ts';
