/**
 * PostgreSQL to Kafka: a drop-in for Confluent's JDBC source connector.
 *
 * @module
 */
export { JdbcSourceConnector } from './connector.ts';
export { JdbcSourceTask } from './task.ts';
