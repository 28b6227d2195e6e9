/**
 * A producer or a consumer alone in this process; prints what it took as JSON.
 *
 *   node client-run.js ours|kafkajs produce|consume BOOTSTRAP TOPIC RECORDS
 */
import { Kafka, logLevel } from 'kafkajs';
import { openTransport } from '@millrace/kafka';
import type { ClientAction } from './client-bench.ts';

const [who = '', action = '', bootstrap = '', topic = '', count = ''] = process.argv.slice(2);
const records = Number(count);
const value = Buffer.alloc(199, 'abcdefghij');
/** Messages of a `send` of kafkajs, which sends what it is given and gathers nothing itself. */
const sendSize = 500;
const sendsInFlight = 5;

const actions: Readonly<Record<string, () => Promise<void>>> = {
  'ours produce': oursProduces,
  'ours consume': oursConsumes,
  'kafkajs produce': kafkajsProduces,
  'kafkajs consume': kafkajsConsumes,
} satisfies Record<`${'ours' | 'kafkajs'} ${ClientAction}`, () => Promise<void>>;

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
await actions[`${who} ${action}`]?.();
const cpu = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - startedAt) / 1000;
console.log(JSON.stringify({ recordsPerSecond: records / seconds, cpuSecondsPerMillion: (cpu.user + cpu.system) / records }));
process.exit(0);

async function oursProduces(): Promise<void> {
  const transport = await openTransport({ 'bootstrap.servers': bootstrap });
  const producer = transport.producer({});
  const fate = {
    acknowledged: () => undefined,
    failed: (_: null, error: Error) => {
      throw error;
    },
  };
  const record = { topic, partition: 0, key: null, value, timestamp: null, headers: [] };
  for (let n = 0; n < records; n++) if (!producer.append(record, fate, null)) await producer.ready();
  await producer.flush();
}

async function oursConsumes(): Promise<void> {
  const transport = await openTransport({ 'bootstrap.servers': bootstrap });
  const listener = { assigned: () => undefined, revoked: () => undefined, lost: () => undefined };
  const properties = { 'auto.offset.reset': 'earliest' };
  const consumer = transport.consumer({ groupId: `bench-ours-${topic}`, subscription: [topic], listener, properties });
  for (let seen = 0; seen < records; ) seen += (await consumer.poll(1000)).length;
}

async function kafkajsProduces(): Promise<void> {
  const producer = client().producer();
  await producer.connect();
  const messages = Array.from({ length: sendSize }, () => ({ key: null, value, partition: 0 }));
  let sent = 0;
  const sendAll = async (): Promise<void> => {
    while (sent < records) {
      sent += sendSize;
      await producer.send({ topic, messages });
    }
  };
  await Promise.all(Array.from({ length: sendsInFlight }, sendAll));
}

async function kafkajsConsumes(): Promise<void> {
  const consumer = client().consumer({ groupId: `bench-kafkajs-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    let seen = 0;
    const eachBatch = async ({ batch }: { batch: { messages: readonly unknown[] } }): Promise<void> => {
      seen += batch.messages.length;
      if (seen >= records) resolve();
    };
    consumer.run({ eachBatch }).catch(reject);
  });
}

function client(): Kafka {
  return new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.ERROR });
}
