import type { Certificates } from '../certificates.ts';
import type { FaultProxy } from '../proxy/fault-proxy.ts';
import { brokerPort, workerPort } from '../ports.ts';
import { allCapabilities, type TestService, together } from '../test-service.ts';
import type { Broker } from './broker.ts';
import type { ClientListener } from './broker-config.ts';
import type { KafkaJars } from './kafka-jars.ts';
import { type KafkaToolName, runKafkaTool } from './kafka-tool.ts';

/** What a running cluster consists of. */
export interface KafkaClusterParts {
  readonly brokers: readonly Broker[];
  readonly proxies: readonly FaultProxy[];
  readonly certificates: Certificates | null;
  readonly jars: KafkaJars;
  readonly folder: string;
  readonly slot: number;
  readonly dispose: () => Promise<void>;
}

/** Apache Kafka on this machine. What is done to it is done to all of its brokers; `brokers` has them one by one. */
export class KafkaCluster implements TestService {
  readonly name = 'kafka';
  readonly capabilities = allCapabilities;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly brokers: readonly Broker[];
  /** One a listener and broker, in that order of brokers; empty unless `proxied` was asked for. */
  readonly proxies: readonly FaultProxy[];
  /** Null unless a TLS listener was asked for. */
  readonly certificates: Certificates | null;
  readonly jars: KafkaJars;
  /** Folder for what belongs to this cluster; it is removed by `stop`. */
  readonly folder: string;
  readonly #parts: KafkaClusterParts;
  #workerCount = 0;
  #stopping: Promise<void> | null = null;

  constructor(parts: KafkaClusterParts) {
    this.#parts = parts;
    this.brokers = parts.brokers;
    this.proxies = parts.proxies;
    this.certificates = parts.certificates;
    this.jars = parts.jars;
    this.folder = parts.folder;
    const names = Object.keys(parts.brokers[0]?.endpoints ?? {});
    this.endpoints = Object.fromEntries(names.map((name) => [name, this.bootstrap(name as ClientListener)]));
  }

  /** The `bootstrap.servers` of a listener. @param listener Default: PLAINTEXT. INTERNAL never goes through a proxy. */
  bootstrap(listener: ClientListener | 'INTERNAL' = 'PLAINTEXT'): string {
    const addresses = this.brokers.map(({ node, endpoints }) => {
      return listener === 'INTERNAL' ? `127.0.0.1:${brokerPort(this.#parts.slot, node, 'INTERNAL')}` : endpoints[listener];
    });
    if (addresses.includes(undefined)) throw new Error(`this cluster has no ${listener} listener: ask startKafka for it`);
    return addresses.join(',');
  }

  /** A broker by its number. @param node From 1. */
  broker(node: number): Broker {
    const broker = this.brokers[node - 1];
    if (broker === undefined) throw new RangeError(`this cluster has brokers 1 to ${this.brokers.length}, not ${node}`);
    return broker;
  }

  /** A REST port for one more worker beside this cluster. */
  nextWorkerPort(): number {
    const port = workerPort(this.#parts.slot, this.#workerCount);
    this.#workerCount += 1;
    return port;
  }

  /**
   * Runs one of Kafka's own tools against the cluster.
   *
   * @param input Standard input.
   * @returns what it wrote to standard output
   * @throws Error with all it printed when it fails.
   */
  async kafkaTool(tool: KafkaToolName, args: readonly string[], input?: string): Promise<string> {
    return runKafkaTool({ libs: this.jars.libs, bootstrap: this.bootstrap('INTERNAL'), tool, args, input });
  }

  /** Makes a topic. @param config Such as `{ 'cleanup.policy': 'compact' }`. */
  async createTopic(topic: string, partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<void> {
    const settings = Object.entries(config).flatMap(([key, value]) => ['--config', `${key}=${value}`]);
    await this.kafkaTool('kafka-topics', ['--create', '--topic', topic, '--partitions', String(partitions), ...settings]);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#parts.dispose();
    return this.#stopping;
  }

  async kill(): Promise<void> {
    await together(this.brokers, (broker) => broker.kill());
  }

  freeze(): void {
    for (const broker of this.brokers) broker.freeze();
  }

  thaw(): void {
    for (const broker of this.brokers) broker.thaw();
  }

  async restart(): Promise<void> {
    await together(this.brokers, (broker) => broker.stop());
    await together(this.brokers, (broker) => broker.launch());
    await together(this.brokers, (broker) => broker.ready(this.brokers.length));
  }

  async logs(): Promise<string> {
    const logs = await Promise.all(this.brokers.map(async (broker) => `--- ${broker.name}\n${await broker.logs()}`));
    return logs.join('\n');
  }
}
