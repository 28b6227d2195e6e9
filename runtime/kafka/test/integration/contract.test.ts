import { providedKafkaForFile } from '@millrace/test-services/for-file';
import { describeKafkaContract } from '../../src/contract/describe-kafka-contract.ts';
import { openTransport } from '../../src/open-transport.ts';

// The contract wants to see compaction within its patience, and groups without the pause before their first generation.
const kafka = providedKafkaForFile({ properties: { 'log.cleaner.backoff.ms': '200', 'group.initial.rebalance.delay.ms': '0' } });

describeKafkaContract('Kafka', {
  open: () => openTransport({ 'bootstrap.servers': kafka().bootstrap() }),
  patienceMs: 15_000,
});
