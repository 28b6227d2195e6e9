import { describe, expect, it } from 'vitest';
import { type FaultProxy, kafkaUsers } from '@millrace/test-services';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { type KafkaTransport, openTransport } from '../../../src/index.ts';
import { SequenceConsumer } from './support/sequence-consumer.ts';
import { readSequence, SequenceCheck, SequenceWriter } from './support/sequence.ts';

const sessionMs = 3000;
const { username, password } = kafkaUsers['SCRAM-SHA-256'];
let proxy: FaultProxy;
let transport: KafkaTransport;
const brokerProperties = { 'connections.max.reauth.ms': String(sessionMs) };
const kafka = kafkaForFile({ proxied: true, listeners: ['SASL_PLAINTEXT'], properties: brokerProperties }, async (cluster) => {
  proxy = cluster.proxies[0] as FaultProxy;
  transport = await openTransport({
    'bootstrap.servers': cluster.bootstrap('SASL_PLAINTEXT'),
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'SCRAM-SHA-256',
    'sasl.jaas.config': `org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`,
  });
  return () => transport.close();
});

async function createTopic(name: string): Promise<void> {
  const admin = transport.admin({});
  await admin.createTopic({ name, partitions: 2, replicationFactor: 1, config: {} });
  await admin.close();
}

async function setPassword(text: string): Promise<void> {
  const credential = `SCRAM-SHA-256=[iterations=4096,password=${text}]`;
  await kafka().kafkaTool('kafka-configs', ['--alter', '--entity-type', 'users', '--entity-name', username, '--add-config', credential]);
}

describe('a session that ends', () => {
  it('is renewed on the same connections, without a record lost, repeated or out of order', async () => {
    const count = 4000;
    await createTopic('renewed');
    const check = new SequenceCheck(2, count);
    const consumer = new SequenceConsumer(transport, 'renewed', check);
    const producer = transport.producer({});
    const writer = new SequenceWriter(producer, 'renewed', 2);
    await writer.writeOver(count / 4, sessionMs / 2);
    const before = proxy.connections.map(({ id }) => id);
    await writer.writeOver((count * 3) / 4, sessionMs * 2.5);
    await producer.flush();
    expect(proxy.connections.map(({ id }) => id)).toEqual(before);
    await producer.close(10_000);
    expect([writer.errors, writer.acknowledgedCount]).toEqual([[], count]);
    await expect.poll(() => check.has(count), { timeout: 10_000, interval: 50 }).toBe(count);
    await consumer.stop();
    expect([check.report(count), check.outOfOrder]).toEqual([{ read: count, missing: 0, repeated: 0, deliveredAgain: 0 }, 0]);
  });

  it('and cannot be renewed is an error that says so, until the password is right again', async () => {
    await createTopic('refused');
    const producer = transport.producer({});
    const before = new SequenceWriter(producer, 'refused', 2);
    await before.write(10);
    await producer.flush();
    await setPassword('another');
    const during = new SequenceWriter(producer, 'refused', 2);
    const end = performance.now() + sessionMs * 3;
    while (during.errors.length === 0 && performance.now() < end) await during.writeOver(2, 100);
    expect(during.errors[0]?.constructor.name).toBe('SaslAuthenticationException');
    expect(during.errors[0]?.message).not.toContain(password);
    await setPassword(password);
    await producer.flush();
    const after = new SequenceWriter(producer, 'refused', 2);
    const until = performance.now() + 20_000;
    while (after.acknowledgedCount === 0 && performance.now() < until) {
      await after.write(2);
      await producer.flush();
    }
    expect(after.acknowledgedCount).toBe(2);
    await producer.close(5000);
    const check = await readSequence(transport, 'refused', 2, 10);
    expect(check.report(10).missing).toBe(0);
  });
});
