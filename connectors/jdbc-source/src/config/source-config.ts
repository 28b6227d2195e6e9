import { ConfigException, type Properties } from '@millrace/api';
import { timeZone, type TimeZone } from '../time/time-zone.ts';
import type { Granularity, NumericMapping, TypeSettings } from '../types/codec.ts';
import type { Calendar } from '../types/temporal.ts';
import type { TableFilterKeys } from '../tables/table-filter.ts';
import { configProblems } from './cross-checks.ts';
import { CONFIG } from './definition.ts';
import { type Keys, given, queryOf } from './keys.ts';
import { type Credentials, parseJdbcUrl, type Target } from './jdbc-url.ts';
import { type ColumnMapping, columnMappings } from './regex-list.ts';

/** How new rows are told. */
export type Mode = 'bulk' | 'incrementing' | 'timestamp' | 'timestamp+incrementing';

/** A configuration that passed its checks. */
export interface SourceConfig {
  readonly keys: Keys;
  readonly target: Target;
  readonly credentials: Credentials;
  readonly mode: Mode;
  /** The SELECT to read instead of tables, or null. */
  readonly query: string | null;
  readonly filter: TableFilterKeys;
  readonly tableTypes: readonly string[];
  readonly schemaPattern: string | null;
  readonly catalogPattern: string | null;
  readonly incrementingMappings: readonly ColumnMapping[];
  readonly timestampMappings: readonly ColumnMapping[];
  readonly types: TypeSettings;
  readonly zone: TimeZone;
  readonly isQuoted: boolean;
}

/** Keys of the driver that stand under `connection.` besides our own. */
const OWN_CONNECTION_KEYS = new Set(['url', 'user', 'password', 'attempts', 'backoff.ms']);

/** Reads a configuration. @throws ConfigException for the first value that is wrong, or that does not go with the others */
export function sourceConfig(props: Properties): SourceConfig {
  const keys = CONFIG.parse(props);
  const [problem] = configProblems(keys);
  if (problem !== undefined) {
    throw new ConfigException(`Invalid value for configuration ${problem.key}: ${problem.message}`, { configKey: problem.key });
  }
  const { target, credentials } = parseJdbcUrl(keys['connection.url'], driverProperties(props));
  const query = queryOf(keys);
  return {
    keys,
    target,
    credentials: {
      user: keys['connection.user'] ?? credentials.user,
      password: keys['connection.password']?.value() ?? credentials.password,
    },
    mode: keys.mode as Mode,
    query,
    filter: {
      whitelist: given(keys['table.whitelist']),
      blacklist: given(keys['table.blacklist']),
      includes: given(keys['table.include.list']),
      excludes: given(keys['table.exclude.list']),
    },
    tableTypes: keys['table.types'],
    schemaPattern: keys['schema.pattern'],
    catalogPattern: keys['catalog.pattern'],
    incrementingMappings: columnMappings('incrementing.column.mapping', given(keys['incrementing.column.mapping'])),
    timestampMappings: columnMappings('timestamp.columns.mapping', given(keys['timestamp.columns.mapping'])),
    types: typeSettings(keys, props),
    zone: zoneOf(keys),
    isQuoted: keys['quote.sql.identifiers'].toLowerCase() === 'always',
  };
}

/** What stands under `connection.` for the driver, without that prefix. */
function driverProperties(props: Properties): Record<string, string> {
  const prefix = 'connection.';
  const own = Object.entries(props).filter(([key]) => key.startsWith(prefix) && !OWN_CONNECTION_KEYS.has(key.slice(prefix.length)));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

function typeSettings(keys: Keys, props: Properties): TypeSettings {
  const isGranular = props['timestamp.granularity'] !== undefined;
  return {
    mapping: keys['type.mapping'] as TypeSettings['mapping'],
    numericMapping: numericMapping(keys),
    granularity: isGranular ? (keys['timestamp.granularity'] as Granularity) : null,
    zone: zoneOf(keys),
    calendar: keys['date.calendar.system'].toUpperCase() as Calendar,
    unconstrained: keys['numeric.unconstrained.mode'] as TypeSettings['unconstrained'],
    nan: keys['numeric.nan.mode'] as TypeSettings['nan'],
  };
}

function numericMapping(keys: Keys): NumericMapping {
  const mapping = keys['numeric.mapping'];
  if (mapping !== null) return mapping.toLowerCase() as NumericMapping;
  return keys['numeric.precision.mapping'] ? 'precision_only' : 'none';
}

function zoneOf(keys: Keys): TimeZone {
  const zone = timeZone(keys['db.timezone']);
  if (zone === null) throw ConfigException.invalidValue('db.timezone', keys['db.timezone'], 'no time zone has this id');
  return zone;
}
