import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type KafkaCluster, type KafkaOptions, startKafka, whyNoKafka } from '@millrace/test-services';

/** One cluster for the tests of a file; they are skipped, with the reason, on a machine that cannot run it. */
export async function sharedKafka(options: KafkaOptions = {}): Promise<() => KafkaCluster> {
  const reason = await whyNoKafka();
  let kafka: KafkaCluster | null = null;
  beforeAll(async () => {
    if (reason === null) kafka = await startKafka(options);
  });
  beforeEach((context) => {
    if (reason !== null) context.skip(reason);
  });
  afterAll(() => kafka?.stop());
  return () => {
    if (kafka === null) throw new Error(reason ?? 'Kafka has not started yet');
    return kafka;
  };
}
