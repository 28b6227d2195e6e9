/**
 * The tests that every implementation of the Kafka port passes. Needs vitest.
 *
 * @module
 */
export { describeKafkaContract, type KafkaContractOptions } from './describe-kafka-contract.ts';
