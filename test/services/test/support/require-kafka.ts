import { beforeAll, beforeEach } from 'vitest';
import { whyNoKafka } from '../../src/index.ts';
import { kafkaJars } from '../../src/kafka/kafka-jars.ts';

const reason = await whyNoKafka();

/** Can real Kafka run here? */
export const hasKafka = reason === null;

/** Skips every test of the file, with the reason, where real Kafka cannot run. Where it can, it is downloaded before the clock of a test runs. */
export function requireKafka(): void {
  beforeAll(async () => {
    if (reason === null) await kafkaJars();
  });
  beforeEach((context) => {
    if (reason !== null) context.skip(reason);
  });
}
