import type { ContractKafka } from './contract-kafka.ts';

/** One promise of the port, and how to tell that it is kept. */
export interface ContractCase {
  /** A sentence. */
  readonly name: string;
  run(kafka: ContractKafka): Promise<void>;
}
