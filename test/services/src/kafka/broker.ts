import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokerPort } from '../ports.ts';
import { type Jvm, jvmLogFile, smallJvm, startJvm } from '../process/jvm.ts';
import { allCapabilities, type TestService } from '../test-service.ts';
import { type BrokerConfigSpec, brokerConfig, hostOf } from './broker-config.ts';
import { formatDataFolder } from './format.ts';
import { liveBrokers } from './live-brokers.ts';
import { writeLoggingConfig } from './logging-config.ts';

/** What a broker is made of. */
export interface BrokerSpec {
  readonly libs: string;
  readonly folder: string;
  /** Such as `256m`. */
  readonly heap: string;
  /** Options for the JVM instead of those for a small one. */
  readonly jvmOptions?: readonly string[] | undefined;
  readonly config: Omit<BrokerConfigSpec, 'dataFolder'>;
}

const START_MS = 60_000;

/** One broker of a cluster, which is also one of its controllers. */
export class Broker implements TestService {
  readonly name: string;
  readonly node: number;
  readonly capabilities = allCapabilities;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly #spec: BrokerSpec;
  #jvm: Jvm | null = null;

  constructor(spec: BrokerSpec) {
    const { slot, node, listeners } = spec.config;
    this.#spec = spec;
    this.node = node;
    this.name = `broker ${node}`;
    this.endpoints = Object.fromEntries(listeners.map((name) => [name, `${hostOf(name)}:${brokerPort(slot, node, name)}`]));
  }

  /** File that it logs to. */
  get logFile(): string {
    return jvmLogFile(this.#spec.folder, this.name);
  }

  /** Process number; null when it does not run. */
  get pid(): number | null {
    return this.#running()?.process.pid ?? null;
  }

  /** Writes its configuration and an empty, formatted data folder. */
  async prepare(): Promise<void> {
    const { folder, config, libs } = this.#spec;
    const dataFolder = join(folder, 'data');
    await mkdir(folder, { recursive: true });
    await writeLoggingConfig(folder);
    await writeFile(this.#configFile(), brokerConfig({ ...config, dataFolder }));
    await formatDataFolder(libs, config.node, dataFolder);
  }

  /** Starts the process; `ready` waits for it. */
  async launch(): Promise<void> {
    const { libs, folder, heap, jvmOptions } = this.#spec;
    const options = jvmOptions ?? smallJvm(heap);
    const usesArchive = jvmOptions === undefined;
    this.#jvm = await startJvm({
      name: this.name,
      mainClass: 'kafka.Kafka',
      args: [this.#configFile()],
      libs,
      options,
      usesArchive,
      folder,
    });
  }

  /** Waits until it answers, and knows of that many live brokers. @param count Default: itself. */
  async ready(count = 1): Promise<void> {
    const { slot, node } = this.#spec.config;
    await this.#jvm?.process.ready(async () => (await liveBrokers(brokerPort(slot, node, 'INTERNAL'))) >= count, START_MS);
  }

  async stop(): Promise<void> {
    await this.#running()?.stop();
  }

  /** Ends it when its data is of no more use: at once, except that the first end of all is in order and leaves a class-data archive. */
  async discard(): Promise<void> {
    const jvm = this.#running();
    await (jvm?.isRecording === true ? jvm.stop() : jvm?.process.kill());
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
    await this.stop();
    await this.launch();
    await this.ready();
  }

  async logs(): Promise<string> {
    return (await this.#jvm?.process.logs()) ?? '';
  }

  #running(): Jvm | null {
    return this.#jvm?.process.exit === null ? this.#jvm : null;
  }

  #configFile(): string {
    return join(this.#spec.folder, 'server.properties');
  }
}
