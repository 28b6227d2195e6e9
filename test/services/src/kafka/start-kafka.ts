import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import { type Certificates, certificates } from '../certificates.ts';
import { brokerPort, portBehindProxy, type SlotLease, takeSlot } from '../ports.ts';
import { type FaultProxy, startFaultProxy } from '../proxy/fault-proxy.ts';
import { Broker } from './broker.ts';
import type { ClientListener } from './broker-config.ts';
import { KafkaCluster } from './kafka-cluster.ts';
import { type KafkaJars, kafkaJars } from './kafka-jars.ts';

/** How to start Kafka. */
export interface KafkaOptions {
  /** Default: 1. Each is broker and controller; with 3 any one may be killed. */
  readonly brokers?: 1 | 3;
  /** Default: PLAINTEXT. */
  readonly listeners?: readonly ClientListener[];
  /** Lines of `server.properties`, which win over ours. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Puts a fault proxy in front of every listener; the brokers advertise the proxies. Default: false. */
  readonly proxied?: boolean;
  /** What TLS listeners show: a good certificate, an expired one, or one of an authority that nobody trusts. Default: server. */
  readonly serverCertificate?: 'server' | 'expired' | 'unknown';
  /** Longest heap of a broker. Default: 256m. */
  readonly heap?: string;
  /** Options for the JVM in place of those that start fast and stay small: benchmarks need the stock ones. */
  readonly jvmOptions?: readonly string[];
  /** Slot of ports. Default: the first free one for tests. */
  readonly slot?: number;
}

/**
 * Starts real Apache Kafka as local processes: KRaft, no ZooKeeper, an empty cluster. It ends with this process, whatever ends that.
 *
 * @throws Error that says what is missing on this machine, or why a broker did not start.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const jars = await kafkaJars();
  const listeners = options.listeners ?? ['PLAINTEXT'];
  const certs = listeners.some((name) => name.endsWith('SSL')) ? await certificates() : null;
  const lease = await takeSlot(options.slot);
  const folder = join(cacheFolder(), 'run', `slot-${lease.slot}`);
  const proxies: FaultProxy[] = [];
  let brokers: Broker[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(brokers.map((broker) => broker.discard()));
    for (const proxy of proxies) proxy.close();
    await rm(folder, { recursive: true, force: true });
    await lease.release();
  };
  try {
    // What a test run left here that was killed.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    brokers = makeBrokers(options, { jars, listeners, certs, lease, folder });
    for (const broker of brokers) await broker.prepare();
    if (options.proxied === true) proxies.push(...(await startProxies(lease.slot, brokers.length, listeners)));
    await Promise.all(brokers.map((broker) => broker.launch()));
    await Promise.all(brokers.map((broker) => broker.ready(brokers.length)));
  } catch (error) {
    await dispose();
    throw error;
  }
  return new KafkaCluster({ brokers, proxies, certificates: certs, jars, folder, slot: lease.slot, dispose });
}

interface Surroundings {
  readonly jars: KafkaJars;
  readonly listeners: readonly ClientListener[];
  readonly certs: Certificates | null;
  readonly lease: SlotLease;
  readonly folder: string;
}

function makeBrokers(options: KafkaOptions, { jars, listeners, certs, lease, folder }: Surroundings): Broker[] {
  const brokerCount = options.brokers ?? 1;
  return Array.from({ length: brokerCount }, (_, index) => {
    const node = index + 1;
    return new Broker({
      libs: jars.libs,
      folder: join(folder, `broker-${node}`),
      heap: options.heap ?? '256m',
      jvmOptions: options.jvmOptions,
      config: {
        slot: lease.slot,
        node,
        brokerCount,
        listeners,
        isProxied: options.proxied === true,
        certificates: certs,
        serverCertificate: options.serverCertificate ?? 'server',
        properties: options.properties ?? {},
      },
    });
  });
}

function startProxies(slot: number, brokerCount: number, listeners: readonly ClientListener[]): Promise<FaultProxy[]> {
  const nodes = Array.from({ length: brokerCount }, (_, index) => index + 1);
  return Promise.all(
    nodes.flatMap((node) =>
      listeners.map((name) =>
        startFaultProxy({
          name: `${name} of broker ${node}`,
          port: brokerPort(slot, node, name),
          target: portBehindProxy(slot, node, name),
        }),
      ),
    ),
  );
}
