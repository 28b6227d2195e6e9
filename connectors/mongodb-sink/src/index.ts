/**
 * Kafka topics to MongoDB collections: a drop-in for MongoDB's own Kafka sink connector.
 *
 * @module
 */
export { MongoSinkConnector } from './connector.ts';
export { MongoSinkTask } from './task.ts';
