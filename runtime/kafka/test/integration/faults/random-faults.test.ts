import { describe, expect, it } from 'vitest';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { type KafkaTransport, openTransport } from '../../../src/index.ts';
import { Random } from './support/random.ts';
import { type FaultTimes, faultOf, shuffledFaults } from './support/random-faults.ts';
import { SequenceConsumer } from './support/sequence-consumer.ts';
import { readSequence, SequenceCheck, SequenceWriter } from './support/sequence.ts';

const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
const rounds = Number(process.env['FAULT_ROUNDS'] ?? 3);
const isSoak = rounds >= 20;
const recordCount = isSoak ? 1_000_000 : 100_000;
const partitions = 6;
const times: FaultTimes = isSoak ? { downMs: 4000, frozenMs: 30_000 } : { downMs: 1500, frozenMs: 3000 };
/** Time over which the records of a round are spread. */
const roundMs = 2500;
const timeoutMs = 60_000 + rounds * 90_000;
const properties = { 'request.timeout.ms': isSoak ? '10000' : '3000', 'delivery.timeout.ms': '300000' };

let transport: KafkaTransport;
const kafka = kafkaForFile({ brokers: 3, proxied: true }, async (cluster) => {
  transport = await openTransport({ 'bootstrap.servers': cluster.bootstrap(), ...properties });
  return () => transport.close();
});

/** Writes records while brokers fail, with a group that reads them all the while. */
async function throughFaults(topic: string, producerProperties: Readonly<Record<string, string>>): Promise<SequenceCheck> {
  const admin = transport.admin({});
  await admin.createTopic({ name: topic, partitions, replicationFactor: 3, config: {} });
  await admin.close();
  const random = new Random(seed);
  const names = shuffledFaults(random);
  const producer = transport.producer(producerProperties);
  const writer = new SequenceWriter(producer, topic, partitions);
  const check = new SequenceCheck(partitions, recordCount);
  const consumer = new SequenceConsumer(transport, topic, check, { 'session.timeout.ms': '10000' });
  const seen: string[] = [];
  const startedAt = performance.now();
  for (let round = 0; round < rounds; round++) {
    const share = Math.floor(((round + 1) * recordCount) / rounds) - writer.next;
    const [, fault] = await Promise.all([
      writer.writeOver(share, roundMs),
      faultOf(names[round % names.length] as string, kafka(), random, times),
    ]);
    seen.push(fault);
  }
  await producer.close(timeoutMs);
  expect(writer.errors).toEqual([]);
  expect(writer.acknowledgedCount).toBe(recordCount);
  await expect.poll(() => check.has(recordCount), { timeout: 60_000, interval: 200 }).toBe(recordCount);
  await consumer.stop();
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const { missing, repeated, deliveredAgain } = check.report(recordCount);
  const figures = { seed, rounds, seconds, records: recordCount, missing, repeated, outOfOrder: check.outOfOrder, deliveredAgain };
  process.stdout.write(`${topic}: ${JSON.stringify(figures)}\n  ${seen.join('\n  ')}\n`);
  return check;
}

describe(`records through ${rounds} random faults (FAULT_SEED=${seed})`, () => {
  it('are all there, in order and once, with idempotence', { timeout: timeoutMs }, async () => {
    const check = await throughFaults('idempotent', {});
    expect({ ...check.report(recordCount), deliveredAgain: 0 }).toEqual({ read: recordCount, missing: 0, repeated: 0, deliveredAgain: 0 });
    expect(check.outOfOrder).toBe(0);
    const whole = await readSequence(transport, 'idempotent', partitions, recordCount);
    expect(whole.report(recordCount)).toEqual({ read: recordCount, missing: 0, repeated: 0, deliveredAgain: 0 });
  });

  it('are all there without idempotence, with acks=all', { timeout: timeoutMs }, async () => {
    const check = await throughFaults('plain', { 'enable.idempotence': 'false' });
    expect(check.report(recordCount).missing).toBe(0);
  });
});
