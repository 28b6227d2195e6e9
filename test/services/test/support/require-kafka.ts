import { beforeEach } from 'vitest';
import { whyNoKafka } from '../../src/index.ts';

const reason = await whyNoKafka();

/** Can real Kafka run here? */
export const hasKafka = reason === null;

/** Skips every test of the file, with the reason, where real Kafka cannot run. */
export function requireKafka(): void {
  beforeEach((context) => {
    if (reason !== null) context.skip(reason);
  });
}
