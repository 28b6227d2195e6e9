import { describe, expect, it } from 'vitest';
import type { KafkaTransport } from '../port.ts';
import { consumerCases, offsetResetCases } from './consumer-cases.ts';
import type { ContractCase } from './contract-case.ts';
import { ContractKafka } from './contract-kafka.ts';
import { groupCases } from './group-cases.ts';
import { groupOffsetCases } from './group-offset-cases.ts';
import { memberCases } from './member-cases.ts';
import { producerCases } from './producer-cases.ts';
import { compactionCases, readerCases } from './reader-cases.ts';
import { topicCases } from './topic-cases.ts';
import { transportCases } from './transport-cases.ts';

export interface KafkaContractOptions {
  /** A transport for one case. Cases use topics and groups of their own, so that all may share one cluster. */
  open(): Promise<KafkaTransport>;
  /** How long a case waits for something that is to happen soon, in milliseconds. @default 5000 */
  readonly patienceMs?: number;
}

const chapters: Readonly<Record<string, readonly ContractCase[]>> = {
  producer: producerCases,
  consumer: consumerCases,
  'offset reset': offsetResetCases,
  reader: readerCases,
  compaction: compactionCases,
  'consumer group': groupCases,
  'group offsets': groupOffsetCases,
  'group member': memberCases,
  topics: topicCases,
  transport: transportCases,
};

/** Registers the tests that every {@link KafkaTransport} has to pass, with vitest. */
export function describeKafkaContract(name: string, options: KafkaContractOptions): void {
  const patienceMs = options.patienceMs ?? 5000;
  describe(`${name}: the contract of the Kafka port`, () => {
    describe.each(Object.entries(chapters))('%s', (_chapter, cases) => {
      it.each(cases.map((contractCase) => [contractCase.name, contractCase] as const))(
        '%s',
        async (_name, contractCase) => {
          expect.hasAssertions();
          const kafka = new ContractKafka(await options.open(), patienceMs);
          try {
            await contractCase.run(kafka);
          } finally {
            await kafka.close();
          }
        },
        patienceMs * 4,
      );
    });
  });
}
