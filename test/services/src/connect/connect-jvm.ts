import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Jvm, jvmLogFile, startJvm } from '../process/jvm.ts';
import { allCapabilities, type TestService } from '../test-service.ts';

/** What a JVM worker is made of. */
export interface ConnectJvmSpec {
  readonly port: number;
  readonly folder: string;
  readonly mainClass: string;
  readonly libs: string;
  readonly options: readonly string[];
  /** Whether it may use a class-data archive. */
  readonly usesArchive: boolean;
}

const START_MS = 90_000;

/** The worker answers a health request after up to ten seconds, by design. */
const HEALTH_MS = 12_000;

/** The Connect worker of Apache Kafka. */
export class ConnectJvm implements TestService {
  readonly name: string;
  readonly capabilities = allCapabilities;
  readonly endpoints: Readonly<Record<string, string>>;
  /** Of its REST API, without a slash at the end. */
  readonly url: string;
  readonly #spec: ConnectJvmSpec;
  #jvm: Jvm | null = null;

  constructor(spec: ConnectJvmSpec) {
    this.#spec = spec;
    this.name = `JVM worker ${spec.port}`;
    this.url = `http://127.0.0.1:${spec.port}`;
    this.endpoints = { rest: this.url };
  }

  /** File that it logs to. */
  get logFile(): string {
    return jvmLogFile(this.#spec.folder, this.name);
  }

  /** Process number; null when it does not run. */
  get pid(): number | null {
    return this.#running()?.process.pid ?? null;
  }

  /** Starts the process and waits until it is healthy. */
  async launch(): Promise<void> {
    const { mainClass, libs, options, usesArchive, folder } = this.#spec;
    const args = [join(folder, 'worker.properties')];
    this.#jvm = await startJvm({ name: this.name, mainClass, args, libs, options, usesArchive, folder });
    await this.#jvm.process.ready(() => this.#isHealthy(), START_MS);
  }

  /** Ends it in order, as a worker that leaves its group, and removes its folder. */
  async stop(): Promise<void> {
    await this.#end();
    await rm(this.#spec.folder, { recursive: true, force: true });
  }

  async kill(): Promise<void> {
    await this.#running()?.process.kill();
  }

  freeze(): void {
    this.#running()?.process.signal('SIGSTOP');
  }

  thaw(): void {
    this.#running()?.process.signal('SIGCONT');
  }

  async restart(): Promise<void> {
    await this.#end();
    await this.launch();
  }

  async logs(): Promise<string> {
    return (await this.#jvm?.process.logs()) ?? '';
  }

  async #end(): Promise<void> {
    await this.#running()?.stop();
  }

  async #isHealthy(): Promise<boolean> {
    return fetch(`${this.url}/health`, { signal: AbortSignal.timeout(HEALTH_MS) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status === 200;
      },
      () => false,
    );
  }

  #running(): Jvm | null {
    return this.#jvm?.process.exit === null ? this.#jvm : null;
  }
}
