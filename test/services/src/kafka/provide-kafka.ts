import type { TestService } from '../test-service.ts';
import { ExternalKafka } from './external-kafka.ts';
import { whyNoKafka } from './kafka-jars.ts';
import { startKafka } from './start-kafka.ts';

/** A cluster with one address, whoever runs it. */
export interface KafkaService extends TestService {
  /** The `bootstrap.servers` of its plain listener. */
  bootstrap(): string;
}

function externalAddress(): string | undefined {
  const address = process.env['MILLRACE_KAFKA'];
  return address === '' ? undefined : address;
}

/**
 * Kafka for a test that needs no more than a plain listener: the cluster at `MILLRACE_KAFKA`, else one broker that is started. A test that
 * needs more asks `startKafka`. Every test makes topics and groups of its own names: an external cluster has those of others.
 *
 * @throws Error what `startKafka` throws.
 */
export async function provideKafka(): Promise<KafkaService> {
  const address = externalAddress();
  return address === undefined ? startKafka() : new ExternalKafka(address);
}

/** Why `provideKafka` cannot help here, in one sentence for a person; null when it can. */
export async function whyNoProvidedKafka(): Promise<string | null> {
  return externalAddress() === undefined ? whyNoKafka() : null;
}
