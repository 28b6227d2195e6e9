import type { PostgresService } from '@millrace/test-services';

const string = 'org.apache.kafka.connect.storage.StringConverter';
const json = 'org.apache.kafka.connect.json.JsonConverter';
/** One query is measured; the next one would come tomorrow. */
const nextQueryMs = '86400000';

type Config = Readonly<Record<string, string>>;

/** One way to bring a table to a topic. */
export interface JdbcCase {
  readonly name: string;
  readonly mode: 'bulk' | 'incrementing';
  readonly converters: Config;
}

const asJson = {
  'key.converter': json,
  'key.converter.schemas.enable': 'false',
  'value.converter': json,
  'value.converter.schemas.enable': 'false',
};
const asText = { 'key.converter': string, 'value.converter': string };

/** The cases, in the order in which they are measured. */
export const jdbcCases: readonly JdbcCase[] = [
  { name: 'bulk, JSON', mode: 'bulk', converters: asJson },
  { name: 'bulk, String', mode: 'bulk', converters: asText },
  { name: 'incrementing, JSON', mode: 'incrementing', converters: asJson },
  { name: 'incrementing, String', mode: 'incrementing', converters: asText },
];

/** A connector that reads the table, and the topic that it writes to. */
export interface CaseConnector {
  readonly topic: string;
  readonly config: Config;
}

/** Ours. @param run tells apart the runs of one session */
export function jdbcConnector({ mode, converters }: JdbcCase, postgres: PostgresService, run: string): CaseConnector {
  const prefix = `jdbc-${run}-`;
  return {
    topic: `${prefix}orders`,
    config: {
      'connector.class': 'io.confluent.connect.jdbc.JdbcSourceConnector',
      'tasks.max': '1',
      'connection.url': postgres.jdbcUrl(),
      'connection.user': postgres.user,
      'connection.password': postgres.password,
      'table.whitelist': 'public.orders',
      'topic.prefix': prefix,
      'poll.interval.ms': nextQueryMs,
      mode,
      ...(mode === 'incrementing' ? { 'incrementing.column.name': 'id' } : {}),
      ...converters,
    },
  };
}

/** Debezium, whose snapshot reads a table once. */
export function debeziumConnector({ converters }: JdbcCase, postgres: PostgresService, run: string): CaseConnector {
  const prefix = `dbz-${run}`;
  return {
    topic: `${prefix}.public.orders`,
    config: {
      'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
      'tasks.max': '1',
      'database.hostname': postgres.host,
      'database.port': String(postgres.port),
      'database.user': postgres.user,
      'database.password': postgres.password,
      'database.dbname': postgres.database,
      'topic.prefix': prefix,
      'plugin.name': 'pgoutput',
      'slot.name': `slot_${run.replaceAll('-', '_')}`,
      'slot.drop.on.stop': 'true',
      'publication.autocreate.mode': 'filtered',
      'table.include.list': 'public.orders',
      'snapshot.mode': 'initial',
      ...converters,
    },
  };
}
