import { ConfigDef } from '@millrace/api';
import { connectorKeys } from './connector-keys.ts';
import { databaseKeys } from './database-keys.ts';
import { modeKeys } from './mode-keys.ts';

/** Keys of the connector. Names, types and defaults are those of Confluent's; `Ours.` begins the text of those that it does not have. */
export const CONFIG = new ConfigDef()
  .define('connection.url', databaseKeys['connection.url'])
  .define('connection.user', databaseKeys['connection.user'])
  .define('connection.password', databaseKeys['connection.password'])
  .define('connection.attempts', databaseKeys['connection.attempts'])
  .define('connection.backoff.ms', databaseKeys['connection.backoff.ms'])
  .define('jdbc.credentials.provider.class', databaseKeys['jdbc.credentials.provider.class'])
  .define('dialect.name', databaseKeys['dialect.name'])
  .define('table.whitelist', databaseKeys['table.whitelist'])
  .define('table.blacklist', databaseKeys['table.blacklist'])
  .define('table.include.list', databaseKeys['table.include.list'])
  .define('table.exclude.list', databaseKeys['table.exclude.list'])
  .define('catalog.pattern', databaseKeys['catalog.pattern'])
  .define('schema.pattern', databaseKeys['schema.pattern'])
  .define('numeric.precision.mapping', databaseKeys['numeric.precision.mapping'])
  .define('numeric.mapping', databaseKeys['numeric.mapping'])
  .define('numeric.unconstrained.mode', databaseKeys['numeric.unconstrained.mode'])
  .define('numeric.nan.mode', databaseKeys['numeric.nan.mode'])
  .define('type.mapping', databaseKeys['type.mapping'])
  .define('mode', modeKeys.mode)
  .define('incrementing.column.name', modeKeys['incrementing.column.name'])
  .define('timestamp.column.name', modeKeys['timestamp.column.name'])
  .define('incrementing.column.mapping', modeKeys['incrementing.column.mapping'])
  .define('timestamp.columns.mapping', modeKeys['timestamp.columns.mapping'])
  .define('timestamp.initial', modeKeys['timestamp.initial'])
  .define('validate.non.null', modeKeys['validate.non.null'])
  .define('query', modeKeys.query)
  .define('query.masked', modeKeys['query.masked'])
  .define('quote.sql.identifiers', modeKeys['quote.sql.identifiers'])
  .define('query.suffix', modeKeys['query.suffix'])
  .define('transaction.isolation.mode', modeKeys['transaction.isolation.mode'])
  .define('query.retry.attempts', modeKeys['query.retry.attempts'])
  .define('timestamp.safe.mode', modeKeys['timestamp.safe.mode'])
  .define('timestamp.safe.lookback.ms', modeKeys['timestamp.safe.lookback.ms'])
  .define('incrementing.safe.lookback', modeKeys['incrementing.safe.lookback'])
  .define('table.types', connectorKeys['table.types'])
  .define('poll.interval.ms', connectorKeys['poll.interval.ms'])
  .define('batch.max.rows', connectorKeys['batch.max.rows'])
  .define('max.buffer.size', connectorKeys['max.buffer.size'])
  .define('max.buffer.bytes', connectorKeys['max.buffer.bytes'])
  .define('poll.linger.ms', connectorKeys['poll.linger.ms'])
  .define('table.poll.interval.ms', connectorKeys['table.poll.interval.ms'])
  .define('table.monitoring.startup.polling.limit.ms', connectorKeys['table.monitoring.startup.polling.limit.ms'])
  .define('topic.prefix', connectorKeys['topic.prefix'])
  .define('timestamp.delay.interval.ms', connectorKeys['timestamp.delay.interval.ms'])
  .define('db.timezone', connectorKeys['db.timezone'])
  .define('timestamp.granularity', connectorKeys['timestamp.granularity'])
  .define('date.calendar.system', connectorKeys['date.calendar.system'])
  .define('topic.name.template', connectorKeys['topic.name.template'])
  .define('record.key', connectorKeys['record.key']);

/** Key of a task: quoted names of its tables, separated by commas; none with a query. */
export const TABLES = 'tables';
/** Key of a task: whether the tables are known yet. */
export const TABLES_FETCHED = 'tables.fetched';
