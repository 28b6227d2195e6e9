import type { Socket } from 'node:net';
import { type Credentials, type Target, type Address } from '../config/jdbc-url.ts';
import { Client } from './pg-client.ts';
import { Session } from './session.ts';
import { adviceFor, ConnectionLost, ServerError } from './server-error.ts';
import { encryptionsOf, tlsOptions, tlsProblem } from './tls.ts';

/** How long one server may take to answer, in milliseconds, unless `connectTimeout` of the URL says otherwise. */
const CONNECT_MS = 10_000;
/** A transaction that nobody works with for so long is ended by the server, so that it does not hold back vacuum. */
const IDLE_IN_TRANSACTION = '10min';

/** What the driver has and its types do not show. */
interface Driver {
  readonly connection: { stream: Socket };
}

/**
 * Connects to the first server of a target that answers. The driver does authentication and TLS; then its socket is taken over.
 *
 * @throws ConnectionLost when none answers; ServerError when one refuses the login; ConnectException for a certificate that is refused;
 * ConfigException for a certificate file that cannot be used
 */
export async function openSession(target: Target, credentials: Credentials): Promise<Session> {
  let last: unknown = null;
  for (const address of target.addresses) {
    try {
      return await openEither(target, address, credentials);
    } catch (error) {
      last = error;
      if (error instanceof ServerError && !error.sqlState.startsWith('57')) throw error;
    }
  }
  throw last;
}

/** Connects to one server, with TLS or without, as the mode allows. */
async function openEither(target: Target, address: Address, credentials: Credentials): Promise<Session> {
  let first: unknown = null;
  for (const encrypted of encryptionsOf(target.sslMode)) {
    try {
      return await openAt(target, address, credentials, encrypted);
    } catch (error) {
      // Only what pg_hba.conf refuses may depend on TLS; of two such refusals the first is the one to mend.
      if (error instanceof ServerError && error.sqlState !== '28000') throw error;
      if (!(first instanceof ServerError)) first = error;
    }
  }
  throw first;
}

async function openAt(target: Target, address: Address, credentials: Credentials, encrypted: boolean): Promise<Session> {
  const client = new Client({
    host: address.host,
    port: address.port,
    database: target.database ?? credentials.user ?? 'postgres',
    ...(credentials.user === null ? {} : { user: credentials.user }),
    password: credentials.password ?? '',
    ssl: encrypted ? await tlsOptions(target, address) : false,
    application_name: target.applicationName,
    connectionTimeoutMillis: target.connectTimeoutMs ?? CONNECT_MS,
    keepAlive: true,
    ...(target.options === null ? {} : { options: target.options }),
  });
  // The driver reports the end of a connection also by an event, which without a listener would end the worker.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined);
    throw asOurs(error, address);
  }
  const socket = (client as unknown as Driver).connection.stream;
  socket.removeAllListeners('data');
  const session = new Session(socket);
  await prepare(session, target);
  return session;
}

/** Settings that texts and guards depend on. */
async function prepare(session: Session, target: Target): Promise<void> {
  const settings: [string, string][] = [
    ['extra_float_digits', '3'],
    ['datestyle', 'ISO'],
    ['intervalstyle', 'iso_8601'],
    ['timezone', 'UTC'],
    ['bytea_output', 'hex'],
    ['client_encoding', 'UTF8'],
    ['idle_in_transaction_session_timeout', IDLE_IN_TRANSACTION],
  ];
  if (target.currentSchema !== null) settings.push(['search_path', target.currentSchema]);
  const calls = settings.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`);
  await session.query(`SELECT ${calls.join(', ')}`, settings.flat());
  // From PostgreSQL 14 on: a server that notices a client that is gone ends a long sort for nobody.
  const check = "SELECT set_config(name, '10s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'";
  await session.query(check);
}

function asOurs(error: unknown, address: Address): Error {
  const { host, port } = address;
  const { code, message, severity } = error as { code?: unknown; message: string; severity?: unknown };
  // Only what the server reported has a severity.
  if (typeof code === 'string' && severity !== undefined) {
    return new ServerError(`PostgreSQL at ${host}:${port}: ${message} (SQLSTATE ${code})`, code, adviceFor(code, message));
  }
  const problem = tlsProblem(error, address);
  if (problem !== null) return problem;
  return new ConnectionLost(`PostgreSQL at ${host}:${port} cannot be reached: ${message}`, {
    cause: error,
    configKey: 'connection.url',
  });
}
