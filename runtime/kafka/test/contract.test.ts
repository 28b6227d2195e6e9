import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import { describeKafkaContract } from '../src/contract/describe-kafka-contract.ts';

describeKafkaContract('EmbeddedKafka', { open: async () => new EmbeddedKafka() });
