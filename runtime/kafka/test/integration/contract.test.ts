import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type KafkaCluster, startKafka, whyNoKafka } from '@millrace/test-services';
import { describeKafkaContract } from '../../src/contract/describe-kafka-contract.ts';
import { openTransport } from '../../src/open-transport.ts';

const reason = await whyNoKafka();
let kafka: KafkaCluster;

beforeEach((context) => {
  if (reason !== null) context.skip(reason);
});
beforeAll(async () => {
  // The contract wants to see compaction within its patience, and groups without the pause before their first generation.
  const properties = { 'log.cleaner.backoff.ms': '200', 'group.initial.rebalance.delay.ms': '0' };
  if (reason === null) kafka = await startKafka({ properties });
});
afterAll(() => kafka?.stop());

describeKafkaContract('Kafka', {
  open: () => openTransport({ 'bootstrap.servers': kafka.bootstrap() }),
  patienceMs: 15_000,
});
