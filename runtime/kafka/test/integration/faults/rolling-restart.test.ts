import { describe, expect, it } from 'vitest';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { type KafkaTransport, openTransport } from '../../../src/index.ts';
import { SequenceConsumer } from './support/sequence-consumer.ts';
import { SequenceCheck, SequenceWriter } from './support/sequence.ts';

const partitions = 6;
const count = 60_000;
const timeout = 120_000;
let transport: KafkaTransport;
const kafka = kafkaForFile({ brokers: 3 }, async (cluster) => {
  // One address only: the others have to be learned.
  const bootstrap = cluster.bootstrap().split(',')[0] as string;
  transport = await openTransport({ 'bootstrap.servers': bootstrap, 'request.timeout.ms': '3000' });
  return () => transport.close();
});

/** Restarts each broker once, so that every leader and the coordinator of the group move. */
async function restartEachBroker(): Promise<void> {
  for (const broker of kafka().brokers) {
    await broker.restart();
    await broker.ready(kafka().brokers.length);
  }
}

describe('while the brokers of a cluster are restarted one after the other', () => {
  it('leaders and coordinator move, records go on, and a group keeps its place', { timeout }, async () => {
    const name = 'rolling';
    const admin = transport.admin({});
    await admin.createTopic({ name, partitions, replicationFactor: 3, config: {} });
    await admin.close();
    const check = new SequenceCheck(partitions, count);
    const consumer = new SequenceConsumer(transport, name, check, { 'session.timeout.ms': '15000' });
    const producer = transport.producer({});
    const writer = new SequenceWriter(producer, name, partitions);
    await Promise.all([writer.writeOver(count, 10_000), restartEachBroker()]);
    await producer.close(60_000);
    expect([writer.errors, writer.acknowledgedCount]).toEqual([[], count]);
    await expect.poll(() => check.has(count), { timeout: 30_000, interval: 100 }).toBe(count);
    await consumer.stop();
    expect([check.outOfOrder, { ...check.report(count), deliveredAgain: 0 }]).toEqual([
      0,
      { read: count, missing: 0, repeated: 0, deliveredAgain: 0 },
    ]);
  });
});
