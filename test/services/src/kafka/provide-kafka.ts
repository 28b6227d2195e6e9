import { chooseProvider } from '../provider.ts';
import type { TestService } from '../test-service.ts';
import { ExternalKafka } from './external-kafka.ts';
import { whyNoKafka } from './kafka-jars.ts';
import { KAFKA_IMAGE } from './kafka-image.ts';
import { startKafka } from './start-kafka.ts';

/** A cluster with one address, whoever runs it. */
export interface KafkaService extends TestService {
  /** The `bootstrap.servers` of its plain listener. */
  bootstrap(): string;
}

/** What a test needs of a cluster that anybody may run. */
export interface ProvidedKafkaOptions {
  /** Lines of `server.properties`. A cluster at `MILLRACE_KAFKA` has to have them already. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Slot of ports. Default: the first free one for tests. */
  readonly slot?: number;
}

function externalAddress(): string | undefined {
  const address = process.env['MILLRACE_KAFKA'];
  return address === '' ? undefined : address;
}

/**
 * Kafka for a test that needs no more than a plain listener: the cluster at `MILLRACE_KAFKA`, else one broker that is started, in a container
 * or as a process (`MILLRACE_TEST_PROVIDER`). A test that needs more asks `startKafka`. Every test makes topics and groups of its own names:
 * an external cluster has those of others.
 *
 * @throws Error that says what is missing on this machine, or why the broker did not start.
 */
export async function provideKafka(options: ProvidedKafkaOptions = {}): Promise<KafkaService> {
  const address = externalAddress();
  if (address !== undefined) return new ExternalKafka(address);
  const { provider, reason } = await chooseProvider(KAFKA_IMAGE, whyNoKafka);
  if (reason !== null) throw new Error(reason);
  if (provider === 'process') return startKafka(options);
  // Only now: loading the client of engines takes a second.
  const { startKafkaContainer } = await import('./container-kafka.ts');
  return startKafkaContainer(options);
}

/** Why `provideKafka` cannot help here, in one sentence for a person; null when it can. */
export async function whyNoProvidedKafka(): Promise<string | null> {
  return externalAddress() === undefined ? (await chooseProvider(KAFKA_IMAGE, whyNoKafka)).reason : null;
}
