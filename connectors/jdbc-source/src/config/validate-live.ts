import { type Config, ConnectException, type Properties } from '@millrace/api';
import { demandModeColumns } from '../read/make-readers.ts';
import { listTables } from '../tables/list-tables.ts';
import { tableFacts } from '../tables/table-facts.ts';
import { plainName, quotedName } from '../tables/table-id.ts';
import { demandDistinctTopics } from '../tables/topic-names.ts';
import { abortable, connectOnce } from '../wire/connections.ts';
import type { Session } from '../wire/session.ts';
import { configProblems } from './cross-checks.ts';
import { CONFIG } from './definition.ts';
import { type SourceConfig, sourceConfig } from './source-config.ts';

/** Longest time that the database may take to answer, in milliseconds. */
const ANSWER_MS = 60_000;

type Add = (key: string, message: string) => void;

/** Checks each key, how they go together, and then both against the database. */
export async function validateLive(props: Properties, signal: AbortSignal): Promise<Config> {
  const config = CONFIG.validate(props);
  const byName = new Map(config.configValues.map((value) => [value.name, value]));
  const add: Add = (key, message) => {
    (byName.get(key) ?? byName.get('connection.url'))?.errorMessages.push(message);
  };
  if (hasErrors(config)) return config;
  for (const { key, message } of configProblems(CONFIG.parse(props))) add(key, `Invalid value for configuration ${key}: ${message}`);
  if (hasErrors(config)) return config;
  try {
    await askDatabase(sourceConfig(props), AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]));
  } catch (error) {
    const { configKey, suggestion } = error as ConnectException;
    const advice = suggestion === undefined ? '' : ` ${suggestion}`;
    add(configKey ?? 'connection.url', `${(error as Error).message}${advice}`);
  }
  return config;
}

function hasErrors({ configValues }: Config): boolean {
  return configValues.some(({ errorMessages }) => errorMessages.length > 0);
}

async function askDatabase(config: SourceConfig, signal: AbortSignal): Promise<void> {
  const session = await connectOnce(config, signal);
  try {
    await abortable(session, signal, () => (config.query === null ? checkTables(session, config) : checkQuery(session, config.query)));
  } finally {
    session.close();
  }
}

async function checkTables(session: Session, config: SourceConfig): Promise<void> {
  const tables = await listTables(session, config);
  demandDistinctTopics(tables, config);
  for (const table of tables) {
    const facts = await tableFacts(session, table);
    if (facts !== null) demandModeColumns(config, table, facts);
    const [row] = await session.query('SELECT has_table_privilege($1, $2), current_user', [quotedName(table), 'SELECT']);
    if (row?.[0] === 't') continue;
    throw new ConnectException(`User ${row?.[1] ?? ''} must not read ${plainName(table)}.`, {
      configKey: 'connection.user',
      suggestion: `Run: GRANT SELECT ON ${quotedName(table)} TO "${row?.[1] ?? ''}";`,
    });
  }
}

async function checkQuery(session: Session, query: string): Promise<void> {
  try {
    await session.describe(query);
  } catch (error) {
    throw new ConnectException(`The query cannot be prepared: ${(error as Error).message}`, { cause: error, configKey: 'query' });
  }
}
