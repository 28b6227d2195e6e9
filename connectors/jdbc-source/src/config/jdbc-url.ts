import { ConfigException } from '@millrace/api';

/** Where one server is. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** User and password; null when not given. */
export interface Credentials {
  readonly user: string | null;
  readonly password: string | null;
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** What a JDBC URL and the `connection.*` keys say, besides the credentials. */
export interface Target {
  /** Tried in this order. */
  readonly addresses: readonly Address[];
  /** Null: named as the user. */
  readonly database: string | null;
  readonly sslMode: (typeof SSL_MODES)[number];
  /** Files in PEM; the key also in DER or, with its certificate, in PKCS #12. */
  readonly sslRootCert: string | null;
  readonly sslCert: string | null;
  readonly sslKey: string | null;
  /** Of the key. */
  readonly sslPassword: string | null;
  readonly applicationName: string;
  /** Value of `search_path`. */
  readonly currentSchema: string | null;
  /** Command line options for the server process. */
  readonly options: string | null;
  /** Milliseconds; null for the default. */
  readonly connectTimeoutMs: number | null;
}

/** A URL taken apart. */
export interface JdbcUrl {
  readonly target: Target;
  readonly credentials: Credentials;
}

const PREFIX = 'jdbc:postgresql:';
const DEFAULT_PORT = 5432;
const LONGEST_TIMEOUT_S = 2_147_483;

/**
 * Reads the URL forms of the PostgreSQL JDBC driver: `jdbc:postgresql://host:port,host2:port2/database?param=value`, without a port, without a host
 * (`jdbc:postgresql:database`, `jdbc:postgresql:/`), with an IPv6 address in brackets.
 *
 * @param properties what `connection.*` keys say in addition, by the driver's names; they win over the URL
 * @throws ConfigException that names `connection.url` and never shows the URL's parameters, which can hold a password
 */
export function parseJdbcUrl(url: string, properties: Readonly<Record<string, string>> = {}): JdbcUrl {
  if (!url.startsWith(PREFIX)) {
    throw refused(`only jdbc:postgresql:// is supported, got ${/^[\w:]*/.exec(url)?.[0] ?? ''}…`);
  }
  const [place = '', query = ''] = splitOnce(url.slice(PREFIX.length), '?');
  const { hosts, database } = hostsAndDatabase(place);
  const params = { ...queryParameters(query), ...properties };
  const sslMode = sslModeOf(params);
  const of = (name: string): string | null => params[name] ?? null;
  return {
    credentials: { user: of('user'), password: of('password') },
    target: {
      addresses: hosts.split(',').map(addressOf),
      database,
      sslMode,
      sslRootCert: of('sslrootcert'),
      sslCert: of('sslcert'),
      sslKey: of('sslkey'),
      sslPassword: of('sslpassword'),
      applicationName: params['ApplicationName'] ?? 'millrace-jdbc-source',
      currentSchema: of('currentSchema'),
      options: of('options'),
      connectTimeoutMs: timeoutMs(params['connectTimeout']),
    },
  };
}

function hostsAndDatabase(place: string): { hosts: string; database: string | null } {
  if (place.startsWith('//')) {
    const [hosts = '', database = ''] = splitOnce(place.slice(2), '/');
    return { hosts: hosts === '' ? 'localhost' : hosts, database: database === '' ? null : decoded(database) };
  }
  const database = place.replace(/^\//, '');
  return { hosts: 'localhost', database: database === '' ? null : decoded(database) };
}

function addressOf(text: string): Address {
  const match = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (match === null || port < 1 || port > 65_535) throw refused(`'${text}' is no host with an optional port from 1 to 65535`);
  return { host: match[1] ?? (match[2] === '' ? 'localhost' : (match[2] as string)), port };
}

function queryParameters(query: string): Record<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = splitOnce(pair, '=');
      return [decoded(name), decoded(value)];
    }),
  );
}

function sslModeOf(params: Readonly<Record<string, string>>): Target['sslMode'] {
  const { sslmode, ssl } = params;
  if (sslmode === undefined) return ssl === undefined || ssl === 'false' ? 'prefer' : 'verify-full';
  const mode = SSL_MODES.find((known) => known === sslmode.toLowerCase());
  if (mode === undefined) throw refused(`sslmode must be one of ${SSL_MODES.join(', ')}, got ${sslmode}`);
  return mode;
}

function timeoutMs(seconds: string | undefined): number | null {
  if (seconds === undefined) return null;
  const number = Number(seconds);
  if (!Number.isInteger(number) || number < 0 || number > LONGEST_TIMEOUT_S) {
    throw refused(`connectTimeout must be seconds from 0 to ${LONGEST_TIMEOUT_S}, got ${seconds}`);
  }
  return number * 1000;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    throw refused('a part of it is not percent-encoded as it should be');
  }
}

function refused(why: string): ConfigException {
  return new ConfigException(`Invalid value for configuration connection.url: ${why}`, {
    configKey: 'connection.url',
    suggestion: 'Write jdbc:postgresql://host:5432/database.',
  });
}
