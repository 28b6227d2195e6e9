import { CaseInsensitiveValidString, ConfigException, LambdaValidator, Range, ValidString } from '@millrace/api';
import { timeZone } from '../time/time-zone.ts';
import { LONGEST_TOPIC, topicTemplate } from '../tables/topic-names.ts';
import { GRANULARITIES } from '../types/codec.ts';

const CONNECTOR = 'Connector';

/** Kinds of tables by the names that JDBC gives them, with those of the catalog. */
export const TABLE_KINDS: Readonly<Record<string, string>> = {
  TABLE: 'r',
  'PARTITIONED TABLE': 'p',
  VIEW: 'v',
  'MATERIALIZED VIEW': 'm',
  'FOREIGN TABLE': 'f',
};

const tableTypes = LambdaValidator.with(
  (name, value) => {
    const list = (value ?? []) as readonly string[];
    const unknown = list.find((item) => TABLE_KINDS[item.toUpperCase()] === undefined);
    if (unknown !== undefined || list.length === 0) {
      throw ConfigException.invalidValue(name, unknown ?? '', `expected ${Object.keys(TABLE_KINDS).join(', ')}`);
    }
  },
  () => `list of ${Object.keys(TABLE_KINDS).join(', ')}`,
);

const topicPrefix = LambdaValidator.with(
  (name, value) => {
    if (typeof value === 'string' && value.length <= LONGEST_TOPIC && /^[\w.-]*$/.test(value)) return;
    throw ConfigException.invalidValue(name, value, `up to ${LONGEST_TOPIC} characters of a-z, A-Z, 0-9, '.', '_' and '-' are expected`);
  },
  () => `up to ${LONGEST_TOPIC} of [a-zA-Z0-9._-]`,
);

const zone = LambdaValidator.with(
  (name, value) => {
    if (typeof value === 'string' && timeZone(value) !== null) return;
    throw ConfigException.invalidValue(name, value, 'no time zone has this id');
  },
  () => 'id of a time zone, as Java knows them',
);

/** Pace, sizes, topics and the forms of times. */
export const connectorKeys = {
  'table.types': {
    type: 'list',
    default: 'TABLE',
    validator: tableTypes,
    importance: 'low',
    doc: 'Kinds of tables that are listed. TABLE has each partition of a partitioned table as one of its own, PARTITIONED TABLE has the whole.',
    group: CONNECTOR,
    orderInGroup: 1,
    width: 'medium',
    displayName: 'Table Types',
  },
  'poll.interval.ms': {
    type: 'int',
    default: 5000,
    importance: 'high',
    doc: 'Milliseconds between two queries of one table.',
    group: CONNECTOR,
    orderInGroup: 2,
    width: 'short',
    displayName: 'Poll Interval (ms)',
  },
  'batch.max.rows': {
    type: 'int',
    default: 1000,
    validator: Range.atLeast(1),
    importance: 'low',
    doc: 'Most rows that are handed over at a time. The server is asked for about 1 MiB of rows at a time, whatever their number.',
    group: CONNECTOR,
    orderInGroup: 3,
    width: 'short',
    displayName: 'Max Rows Per Batch',
  },
  'max.buffer.size': {
    type: 'int',
    default: 0,
    validator: Range.atLeast(0),
    importance: 'low',
    doc: 'Accepted and without effect: what a task holds is bounded by `max.buffer.bytes`.',
    group: CONNECTOR,
    orderInGroup: 4,
    width: 'short',
    displayName: 'Maximum Buffer Size',
  },
  'max.buffer.bytes': {
    type: 'long',
    default: 33_554_432,
    validator: Range.atLeast(1),
    importance: 'low',
    doc: 'Ours. Bytes of rows that a task holds at most; when they are full the server waits. One row may be larger.',
    group: CONNECTOR,
    orderInGroup: 5,
    width: 'short',
    displayName: 'Maximum Buffer Bytes',
  },
  'poll.linger.ms': {
    type: 'long',
    default: 5000,
    validator: Range.atLeast(0),
    importance: 'low',
    doc: 'Longest time, in milliseconds, that a task waits for rows before it answers the worker that there are none.',
    group: CONNECTOR,
    orderInGroup: 6,
    width: 'short',
    displayName: 'Poll Linger (ms)',
  },
  'table.poll.interval.ms': {
    type: 'long',
    default: 60_000,
    validator: Range.atLeast(1),
    importance: 'low',
    doc: 'Milliseconds between two listings of the tables; when they changed, the tasks are given anew.',
    group: CONNECTOR,
    orderInGroup: 7,
    width: 'short',
    displayName: 'Metadata Change Monitoring Interval (ms)',
  },
  'table.monitoring.startup.polling.limit.ms': {
    type: 'long',
    default: 10_000,
    importance: 'low',
    doc: 'Longest wait, in milliseconds, for the first listing of the tables.',
    group: CONNECTOR,
    orderInGroup: 8,
    width: 'short',
    displayName: 'Table Monitoring Startup Polling Limit (ms)',
    internal: true,
  },
  'topic.prefix': {
    type: 'string',
    default: '',
    validator: topicPrefix,
    importance: 'high',
    doc: 'The topic of a table is this and its name without schema; with a query it is the whole topic.',
    group: CONNECTOR,
    orderInGroup: 9,
    width: 'medium',
    displayName: 'Topic Prefix',
  },
  'timestamp.delay.interval.ms': {
    type: 'long',
    default: 0,
    importance: 'high',
    doc: 'Rows younger than these milliseconds wait for a later query, so that transactions have time to commit.',
    group: CONNECTOR,
    orderInGroup: 10,
    width: 'medium',
    displayName: 'Delay Interval (ms)',
  },
  'db.timezone': {
    type: 'string',
    default: 'UTC',
    validator: zone,
    importance: 'medium',
    doc: 'Time zone of times and timestamps that have none.',
    group: CONNECTOR,
    orderInGroup: 11,
    width: 'medium',
    displayName: 'DB time zone',
  },
  'timestamp.granularity': {
    type: 'string',
    default: 'connect_logical',
    validator: ValidString.in(...GRANULARITIES),
    importance: 'low',
    doc: 'Form of timestamps: Timestamp of milliseconds, or microseconds or nanoseconds since the epoch as a number or its text, or as an ISO date and time in `db.timezone`.',
    group: CONNECTOR,
    orderInGroup: 12,
    width: 'medium',
    displayName: 'Timestamp granularity for timestamp columns',
  },
  'date.calendar.system': {
    type: 'string',
    default: 'LEGACY',
    validator: CaseInsensitiveValidString.in('LEGACY', 'PROLEPTIC_GREGORIAN'),
    importance: 'low',
    doc: "How dates before 1582-10-15 are numbered: LEGACY, as by Java's old calendar, or PROLEPTIC_GREGORIAN, as by PostgreSQL.",
    group: CONNECTOR,
    orderInGroup: 13,
    width: 'medium',
    displayName: 'Date Calendar System',
  },
  'topic.name.template': {
    type: 'string',
    default: '',
    validator: topicTemplate,
    importance: 'medium',
    doc: 'Ours. Names of topics, with `${prefix}` (which is `topic.prefix`), `${database}`, `${schema}` and `${table}`, such as `${prefix}${schema}.${table}`; what topics may not hold becomes `_`. Default: `${prefix}${table}`.',
    group: CONNECTOR,
    orderInGroup: 14,
    width: 'medium',
    displayName: 'Topic Name Template',
  },
  'record.key': {
    type: 'string',
    default: 'none',
    validator: ValidString.in('none', 'primary_key'),
    importance: 'medium',
    doc: 'Ours. What the key of records is: `none`, or `primary_key`, a struct of the columns of the primary key; tables without one give records without a key.',
    group: CONNECTOR,
    orderInGroup: 15,
    width: 'short',
    displayName: 'Record Key',
  },
} as const;
