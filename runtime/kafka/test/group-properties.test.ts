import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PollingConsumer } from '../src/contract/polling-consumer.ts';
import { eventually } from '../src/contract/eventually.ts';
import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import { Deliveries, recordOf } from './write-log.ts';

const keys = Array.from({ length: 50 }, (_, index) => Buffer.from(String(index)));

describe('members that come and go', () => {
  it('together read every record at least once, and each partition belongs to one of them in the end', async () => {
    const moves = fc.array(fc.constantFrom('join', 'leave', 'write'), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(moves, fc.integer({ min: 1, max: 5 }), async (sequence, partitions) => {
        const kafka = new EmbeddedKafka();
        await kafka.admin({}).createTopic({ name: 't', partitions, replicationFactor: 1, config: {} });
        const producer = kafka.producer({});
        const deliveries = new Deliveries();
        const join = (): PollingConsumer =>
          new PollingConsumer(kafka, {
            groupId: 'g',
            topics: ['t'],
            properties: { 'auto.offset.reset': 'earliest' },
            async onRevoked(revoked, consumer) {
              await consumer.commit(new Map(revoked.map((partition) => [partition, { offset: consumer.position(partition) }])));
            },
          });
        const everybody = [join()];
        const present = [...everybody];
        for (const move of sequence) {
          if (move === 'join') present.push(join());
          if (move === 'leave' && present.length > 1) await present.shift()?.close();
          for (const key of move === 'write' ? keys : []) producer.append(recordOf('t', { key }), deliveries, 0);
          for (const member of present) if (!everybody.includes(member)) everybody.push(member);
        }
        await producer.flush();
        const written = deliveries.metadata.length;
        const read = (): number =>
          new Set(everybody.flatMap(({ records }) => records.map(({ partition, offset }) => `${partition}/${offset}`))).size;
        await eventually('everything is read', () => read() === written, 3000);
        // A rebalance may follow at once, so what counts is the moment at which all are assigned.
        let assigned: string[] = [];
        const areAllAssigned = (): boolean => {
          assigned = present.flatMap((member) => member.partitions);
          return assigned.length === partitions;
        };
        await eventually('all partitions are assigned', areAllAssigned, 3000);
        expect(new Set(assigned).size).toBe(partitions);
        // Positions are handed over, so that nothing is read twice.
        expect(everybody.flatMap(({ records }) => records)).toHaveLength(written);
        expect(everybody.map(({ error }) => error)).toEqual(everybody.map(() => null));
        for (const member of present) member.stopPolling();
        await kafka.close();
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
