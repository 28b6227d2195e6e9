import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeMongoPort } from '../ports.ts';
import { SupervisedProcess } from '../process/supervised-process.ts';
import { allCapabilities, type Capability, type TestService } from '../test-service.ts';
import { externalUri, secantusProgram, whyNoMongo } from './secantusdb.ts';

const START_MS = 60_000;
const STOP_MS = 20_000;

/** A server that speaks MongoDB's protocol. */
export interface MongoService extends TestService {
  /** What it is, for the output of tests: a real mongod, or a stand-in for one. */
  readonly description: string;
  /** Whether it is not mongod. What only mongod shows is then not applicable. */
  readonly isStandIn: boolean;
  readonly host: string;
  readonly port: number;
  /** Connection string without credentials. */
  readonly uri: string;
  /** Starts it again, so that it asks for a user and a password. Users that exist are kept. */
  requireAuthentication(): Promise<void>;
}

interface Surroundings {
  readonly python: string;
  readonly folder: string;
  readonly port: number;
  readonly release: () => Promise<void>;
}

/** SecantusDB as a local process. */
class SecantusService implements MongoService {
  readonly name = 'mongodb';
  readonly description = 'SecantusDB 0.7.0b3, a stand-in for mongod: no time series, no SCRAM-SHA-1, no elections';
  readonly isStandIn = true;
  readonly capabilities = allCapabilities;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly uri: string;
  readonly #surroundings: Surroundings;
  #process: SupervisedProcess | null = null;
  #asksForUsers = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.port = surroundings.port;
    this.uri = `mongodb://${this.host}:${this.port}/`;
    this.endpoints = { mongodb: `${this.host}:${this.port}` };
  }

  async launch(): Promise<void> {
    const { python, folder, port } = this.#surroundings;
    const options = ['--host', this.host, '--port', String(port), '--storage-path', join(folder, 'data'), '--enable-test-commands'];
    this.#process = SupervisedProcess.start({
      name: this.name,
      command: python,
      args: ['-c', START_SCRIPT, ...options, ...(this.#asksForUsers ? ['--auth'] : [])],
      cwd: folder,
      logFile: join(folder, 'server.log'),
    });
    await this.#process.ready(() => accepts(this.host, port), START_MS);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#surroundings.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    await this.#surroundings.release();
  }

  async kill(): Promise<void> {
    await this.#running()?.kill();
  }

  freeze(): void {
    this.#running()?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#running()?.signal('SIGCONT');
  }

  async restart(): Promise<void> {
    // Its storage has a lock that goes with the process.
    await this.#running()?.stop(STOP_MS);
    await this.launch();
  }

  async requireAuthentication(): Promise<void> {
    this.#asksForUsers = true;
    await this.restart();
  }

  async logs(): Promise<string> {
    return (await this.#process?.logs()) ?? '';
  }

  #running(): SupervisedProcess | null {
    return this.#process?.exit === null ? this.#process : null;
  }
}

const START_SCRIPT = 'import sys; from secantus.cli import main; sys.exit(main())';

/** A server of the user's own, to which nothing is done but what clients do. */
class ExternalMongo implements MongoService {
  readonly name = 'mongodb';
  readonly description: string;
  readonly isStandIn = false;
  readonly capabilities: ReadonlySet<Capability> = new Set();
  readonly endpoints: Readonly<Record<string, string>>;
  readonly host: string;
  readonly port: number;
  readonly uri: string;

  constructor(uri: string) {
    const { hostname, port } = new URL(uri.replace(/^mongodb(?:\+srv)?:/, 'http:'));
    this.uri = uri;
    this.host = hostname;
    this.port = Number(port || 27_017);
    this.description = `the MongoDB server at ${this.host}:${this.port}`;
    this.endpoints = { mongodb: `${this.host}:${this.port}` };
  }

  async stop(): Promise<void> {}

  async kill(): Promise<void> {
    this.#refuse('killed');
  }

  freeze(): void {
    this.#refuse('frozen');
  }

  thaw(): void {
    this.#refuse('thawed');
  }

  async restart(): Promise<void> {
    this.#refuse('restarted');
  }

  async requireAuthentication(): Promise<void> {
    this.#refuse('changed');
  }

  async logs(): Promise<string> {
    return this.#refuse('read');
  }

  #refuse(done: string): never {
    throw new Error(`${this.description} is not ours, so it cannot be ${done}`);
  }
}

/**
 * A MongoDB server: that of `MILLRACE_MONGODB_URI`, else a stand-in that ends with this process. Says on standard error which it is.
 *
 * @throws Error that says what is missing on this machine, or why the server did not start.
 */
export async function startMongo(): Promise<MongoService> {
  const service = await started();
  process.stderr.write(`MongoDB tests run on ${service.description}\n`);
  return service;
}

async function started(): Promise<MongoService> {
  const uri = externalUri();
  if (uri !== null) return new ExternalMongo(uri);
  const reason = await whyNoMongo();
  if (reason !== null) throw new Error(reason);
  const python = await secantusProgram();
  const { port, release } = await takeMongoPort();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-mongodb-'));
  const service = new SecantusService({ python, folder, port, release });
  try {
    await service.launch();
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
