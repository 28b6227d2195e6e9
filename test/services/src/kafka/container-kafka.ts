import { ServiceContainer } from '../container/service-container.ts';
import { brokerPort, takeSlot } from '../ports.ts';
import type { Capability } from '../test-service.ts';
import { smallBroker } from './broker-config.ts';
import { KAFKA_IMAGE } from './kafka-image.ts';
import { liveBrokers } from './live-brokers.ts';
import type { KafkaService, ProvidedKafkaOptions } from './provide-kafka.ts';

/** One broker in a container, with a plain listener. */
export class ContainerKafka implements KafkaService {
  readonly name = 'kafka';
  readonly capabilities: ReadonlySet<Capability> = new Set(['kill', 'freeze', 'restart', 'logs']);
  readonly endpoints: Readonly<Record<string, string>>;
  readonly container: ServiceContainer;
  readonly #port: number;
  readonly #release: () => Promise<void>;

  constructor(container: ServiceContainer, port: number, release: () => Promise<void>) {
    this.container = container;
    this.#port = port;
    this.#release = release;
    this.endpoints = { PLAINTEXT: this.bootstrap() };
  }

  bootstrap(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async stop(): Promise<void> {
    await this.container.remove();
    await this.#release();
  }

  kill(): Promise<void> {
    return this.container.kill();
  }

  freeze(): Promise<void> {
    return this.container.freeze();
  }

  thaw(): Promise<void> {
    return this.container.thaw();
  }

  restart(): Promise<void> {
    return this.container.restart();
  }

  logs(): Promise<string> {
    return this.container.logs();
  }
}

/**
 * Starts one broker in a container. Its address stays the same whatever is done to it.
 *
 * @throws Error that says why the image is not to be had, or what the broker printed.
 */
export async function startKafkaContainer({ properties = {}, slot }: ProvidedKafkaOptions = {}): Promise<ContainerKafka> {
  const lease = await takeSlot(slot);
  const port = brokerPort(lease.slot, 1, 'PLAINTEXT');
  try {
    const container = await ServiceContainer.start({
      image: KAFKA_IMAGE,
      lease: `slot-${lease.slot}`,
      ports: { [port]: 9092 },
      environment: environmentOf({ ...oneBroker(port), ...smallBroker, ...properties }),
      isReady: async () => (await liveBrokers(port)) > 0,
    });
    return new ContainerKafka(container, port, () => lease.release());
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** The broker writes to itself under its internal address: the one that clients are told exists outside of the container only. */
function oneBroker(port: number): Record<string, string> {
  return {
    'node.id': '1',
    'process.roles': 'broker,controller',
    'controller.quorum.voters': '1@localhost:9093',
    'controller.listener.names': 'CONTROLLER',
    listeners: 'PLAINTEXT://:9092,INTERNAL://:19092,CONTROLLER://:9093',
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},INTERNAL://localhost:19092`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'INTERNAL',
    'broker.session.timeout.ms': '1000',
    'broker.heartbeat.interval.ms': '250',
    'default.replication.factor': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
  };
}

/** Properties as the image takes them: `log.dirs` is KAFKA_LOG_DIRS. */
function environmentOf(properties: Readonly<Record<string, string>>): Record<string, string> {
  const nameOf = (key: string): string => key.replaceAll('_', '__').replaceAll('-', '___').replaceAll('.', '_').toUpperCase();
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [`KAFKA_${nameOf(key)}`, value]));
}
