import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificates } from '../certificates.ts';
import { takePostgresPort } from '../ports.ts';
import { chooseProvider } from '../provider.ts';
import { run } from '../process/run.ts';
import { SupervisedProcess } from '../process/supervised-process.ts';
import type { Capability } from '../test-service.ts';
import { asServerUser, clientProgram, postgresPrograms, type PostgresPrograms, whyNoPostgresPrograms } from './postgres-programs.ts';
import {
  POSTGRES_IMAGE,
  type PostgresOptions,
  postgresPassword,
  type PostgresService,
  postgresUser,
  smallServer,
} from './postgres-service.ts';

const START_MS = 30_000;
const STOP_MS = 20_000;

interface Surroundings {
  readonly programs: PostgresPrograms;
  readonly folder: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly release: () => Promise<void>;
}

/** A PostgreSQL server of our own with the empty database `postgres`; it asks for a password (SCRAM). */
class LocalPostgres implements PostgresService {
  readonly name = 'postgres';
  /** Not `freeze`: each connection has a process of its own in a group of its own. */
  readonly capabilities: ReadonlySet<Capability> = new Set(['kill', 'restart', 'logs']);
  readonly endpoints: Readonly<Record<string, string>>;
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly user = postgresUser;
  readonly password = postgresPassword;
  readonly database = 'postgres';
  readonly #surroundings: Surroundings;
  #process: SupervisedProcess | null = null;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.port = surroundings.port;
    this.endpoints = { postgres: `${this.host}:${this.port}` };
  }

  /** URL as a JDBC driver takes it. */
  jdbcUrl(database = this.database): string {
    return `jdbc:postgresql://${this.host}:${this.port}/${database}`;
  }

  /** Runs SQL by `psql` and gives what it prints, unaligned and without headers. @throws Error with its message when it fails. */
  async psql(sql: string, database = this.database): Promise<string> {
    const uri = `postgresql://${this.user}:${this.password}@${this.host}:${this.port}/${database}`;
    const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', uri];
    const { code, output, stdout } = await run(await clientProgram(this.#surroundings.programs, 'psql'), args, { input: sql });
    if (code !== 0) throw new Error(`psql: ${output}`);
    return stdout;
  }

  async launch(): Promise<void> {
    const { programs, folder, port, settings } = this.#surroundings;
    const all: Record<string, string> = {
      port: String(port),
      listen_addresses: this.host,
      unix_socket_directories: '',
      ...smallServer,
      ...settings,
    };
    const args = ['-D', join(folder, 'data'), ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
    const [command, commandArgs] = asServerUser(programs, 'postgres', args);
    this.#process = SupervisedProcess.start({
      name: this.name,
      command,
      args: commandArgs,
      cwd: folder,
      logFile: join(folder, 'server.log'),
    });
    const isReady = ['-q', '-h', this.host, '-p', String(port)];
    const probe = await clientProgram(programs, 'pg_isready');
    await this.#process.ready(async () => (await run(probe, isReady)).code === 0, START_MS);
  }

  async stop(): Promise<void> {
    await this.kill();
    // Its other processes end when they notice that the first is gone, and may write until then.
    await rm(this.#surroundings.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    await this.#surroundings.release();
  }

  async kill(): Promise<void> {
    await this.#running()?.kill();
  }

  freeze(): void {
    throw new Error('a PostgreSQL server is a process a connection: put a fault proxy in front of it to freeze it');
  }

  thaw(): void {
    throw new Error('a PostgreSQL server cannot be frozen');
  }

  /** A fast shutdown, which cuts connections, and a new start. */
  async restart(): Promise<void> {
    const running = this.#running();
    running?.signal('SIGINT');
    if (running !== null) await Promise.race([running.exited, running.stop(STOP_MS)]);
    await this.launch();
  }

  async logs(): Promise<string> {
    return (await this.#process?.logs()) ?? '';
  }

  #running(): SupervisedProcess | null {
    return this.#process?.exit === null ? this.#process : null;
  }
}

/** Why `startPostgres` cannot help here, in one sentence for a person; null when it can. */
export async function whyNoPostgres(): Promise<string | null> {
  return (await chooseProvider(POSTGRES_IMAGE, whyNoPostgresPrograms)).reason;
}

/**
 * Starts PostgreSQL, in a container or from the programs of this machine (`MILLRACE_TEST_PROVIDER`). As a process it ends with this one,
 * whatever ends that.
 *
 * @throws Error that says what is missing on this machine, or why the server did not start.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresService> {
  if (needsProcess(options)) return startLocalPostgres(options);
  const { provider, reason } = await chooseProvider(POSTGRES_IMAGE, whyNoPostgresPrograms);
  if (reason !== null) throw new Error(reason);
  if (provider === 'process') return startLocalPostgres(options);
  // Only now: loading the client of engines takes a second.
  const { startPostgresContainer } = await import('./container-postgres.ts');
  return startPostgresContainer(options);
}

/** Whether the files of the server itself have to be reached. */
function needsProcess({ serverCertificate, hba, standbyOf, programs }: PostgresOptions): boolean {
  return [serverCertificate, hba, standbyOf, programs].some((option) => option !== undefined);
}

async function startLocalPostgres(options: PostgresOptions): Promise<PostgresService> {
  const programs = await postgresPrograms(options.programs);
  if (programs === null) throw new Error((await whyNoPostgresPrograms()) ?? 'PostgreSQL is missing');
  const { port, release } = await takePostgresPort();
  // Not in the cache folder: a server under another user may not enter the home of root.
  const folder = await mkdtemp(join(tmpdir(), 'millrace-postgres-'));
  const settings = { ...(options.serverCertificate === undefined ? {} : tlsSettings(folder)), ...options.settings };
  const service = new LocalPostgres({ programs, folder, port, settings, release });
  try {
    await initialise(programs, folder, options);
    await service.launch();
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

/** Names of files for TLS in the folder of a server. */
const TLS_FILES = { ssl_cert_file: 'server.crt', ssl_key_file: 'server.key', ssl_ca_file: 'authority.crt' } as const;

function tlsSettings(folder: string): Record<string, string> {
  return { ssl: 'on', ...Object.fromEntries(Object.entries(TLS_FILES).map(([setting, file]) => [setting, join(folder, file)])) };
}

async function initialise(programs: PostgresPrograms, folder: string, options: PostgresOptions): Promise<void> {
  const { serverCertificate, standbyOf, hba = [] } = options;
  const secret = join(folder, 'password');
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  await writeFile(secret, postgresPassword);
  if (serverCertificate !== undefined) await copyCertificates(folder, serverCertificate);
  if (programs.user !== null) await demand('chown', ['-R', programs.user, folder]);
  if (standbyOf !== undefined) {
    const source = `host=${standbyOf.host} port=${standbyOf.port} user=${postgresUser} password=${postgresPassword}`;
    await demand(...asServerUser(programs, 'pg_basebackup', ['-D', data, '-R', '-c', 'fast', '-d', source]));
    return;
  }
  const auth = ['--auth=scram-sha-256', `--pwfile=${secret}`, '--username', postgresUser];
  const [command, args] = asServerUser(programs, 'initdb', ['-D', data, ...auth, '--encoding=UTF8', '--locale=C', '--no-sync']);
  await demand(command, args);
  if (hba.length === 0) return;
  const file = join(data, 'pg_hba.conf');
  await writeFile(file, [...hba, await readFile(file, 'utf8')].join('\n'));
}

/** PostgreSQL refuses a key that others than its own user may read. */
async function copyCertificates(folder: string, name: 'server' | 'expired' | 'unknown'): Promise<void> {
  const { authority, [name]: pair } = await certificates();
  await copyFile(authority, join(folder, TLS_FILES.ssl_ca_file));
  await copyFile(pair.certificate, join(folder, TLS_FILES.ssl_cert_file));
  await copyFile(pair.key, join(folder, TLS_FILES.ssl_key_file));
  await chmod(join(folder, TLS_FILES.ssl_key_file), 0o600);
}

async function demand(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ended with code ${code}: ${output}`);
}
