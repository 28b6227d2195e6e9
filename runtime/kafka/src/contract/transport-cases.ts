import { IllegalStateException } from '@millrace/api';
import { expect } from 'vitest';
import type { ContractCase } from './contract-case.ts';
import { Outcomes, recordOf } from './contract-kafka.ts';

/** The transport as a whole. */
export const transportCases: readonly ContractCase[] = [
  {
    name: 'closing the transport closes its clients, with a last revocation, and is idempotent',
    async run(kafka) {
      const topic = await kafka.topic();
      const consumer = kafka.polling({ groupId: kafka.uniqueName('group'), topics: [topic] });
      await kafka.eventually('the partition is assigned', () => consumer.partitions.length === 1);
      const producer = kafka.transport.producer({});
      const outcomes = new Outcomes();
      producer.append(recordOf(topic), outcomes, 0);
      await consumer.pause();
      await kafka.transport.close();
      await kafka.transport.close();
      expect(consumer.eventsOf('revoked')).toHaveLength(1);
      expect(outcomes.all).toHaveLength(1);
      expect(() => producer.append(recordOf(topic), outcomes, 1)).toThrow(IllegalStateException);
      await expect(consumer.consumer.poll(0)).rejects.toThrow(IllegalStateException);
    },
  },
];
