/**
 * A source of made-up records for Millrace: store items and orders, reproducible by seed.
 *
 * @module
 */
export { DatagenSourceConnector } from './connector.ts';
export { DatagenSourceTask } from './task.ts';
