import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { expect, it } from 'vitest';
import { startConnectJvm } from '@millrace/test-services';
import { eventually, temporaryFolder } from '../support/millrace-process.ts';
import { createRunning, request, StandaloneWorker } from './support/standalone-worker.ts';

const kafka = kafkaForFile();
const prefix = '__connect.errors.';

/** Key, headers and value of a line: headers `name:value`, apart by commas. */
const lines = [
  'k1|trace:a1,origin:test|{"ok": 1}',
  'k2|trace:a2,origin:test|{"broken": ',
  'k3|trace:a3,origin:test|not json at all',
  'k4|trace:a4,origin:test|{"ok": 2}',
  'k5|trace:a5,origin:test|[1, 2,, 3]',
];

async function produce(topic: string): Promise<void> {
  const properties = ['parse.key=true', 'key.separator=|', 'parse.headers=true', 'headers.delimiter=|'];
  const args = properties.flatMap((property) => ['--property', property]);
  // The tool reads headers before the key.
  const input = lines.map((line) => line.replace(/^([^|]*)\|([^|]*)\|/, '$2|$1|'));
  await kafka().kafkaTool('kafka-console-producer', ['--topic', topic, ...args], `${input.join('\n')}\n`);
}

interface DeadLetter {
  readonly key: string;
  readonly value: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** What Kafka's own consumer reads from a topic; stack traces, which have lines of their own, end at their first. */
async function deadLetters(topic: string, count: number): Promise<DeadLetter[]> {
  const properties = ['print.key=true', 'print.headers=true', 'key.separator=<k>', 'headers.separator=<h>', 'line.separator=<end>'];
  const args = ['--topic', topic, '--from-beginning', '--max-messages', String(count), '--timeout-ms', '15000'];
  const output = await kafka().kafkaTool('kafka-console-consumer', [
    ...args,
    ...properties.flatMap((property) => ['--property', property]),
  ]);
  return output
    .split('<end>')
    .slice(0, count)
    .map((message) => {
      const [headers = '', key = '', value = ''] = message.split('<k>');
      const entries = headers.split('<h>').map((header) => {
        const colon = header.indexOf(':');
        return [header.slice(0, colon), header.slice(colon + 1)] as const;
      });
      return { key, value, headers: new Map(entries) };
    });
}

/** A header whose text depends on the implementation. */
const isOfItsOwn = (name: string): boolean => name === `${prefix}exception.message` || name === `${prefix}exception.stacktrace`;

const comparable = ({ key, value, headers }: DeadLetter) => ({
  key,
  value,
  headerNames: [...headers.keys()],
  headers: Object.fromEntries([...headers].filter(([name]) => !isOfItsOwn(name))),
});

it('the dead letter queue of a sink holds what the JVM worker writes for the same records', async () => {
  const topic = 'dlq-in';
  await kafka().createTopic(topic);
  await produce(topic);
  const folder = await temporaryFolder();
  const worker = await StandaloneWorker.in(folder, kafka().bootstrap());
  await worker.start();
  const jvm = await startConnectJvm({ kafka: kafka() });
  try {
    const configOf = (who: string) => ({
      'connector.class': 'FileStreamSink',
      'tasks.max': '1',
      topics: topic,
      file: join(folder, `${who}.txt`),
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': `dlq-${who}`,
      'errors.deadletterqueue.topic.replication.factor': '1',
      'errors.deadletterqueue.context.headers.enable': 'true',
      'consumer.override.group.id': `dlq-${who}`,
    });
    await createRunning(worker.url, 'dlq-sink', configOf('millrace'));
    await createRunning(jvm.url, 'dlq-sink', configOf('jvm'));
    const [ours, theirs] = [await deadLetters('dlq-millrace', 3), await deadLetters('dlq-jvm', 3)];

    expect(theirs.map(({ key }) => key)).toEqual(['k2', 'k3', 'k5']);
    expect(ours.map(comparable)).toEqual(theirs.map(comparable));
    for (const { headers } of ours) {
      expect(headers.get(`${prefix}exception.message`)).toMatch(/^Converting byte\[\] to Kafka Connect data failed/);
      expect(headers.get(`${prefix}exception.stacktrace`)).toMatch(/DataException: Converting byte/);
    }
    const good = '{ok=1}\n{ok=2}\n';
    await eventually(async () => expect(await readFile(join(folder, 'jvm.txt'), 'utf8')).toBe(good));
    await eventually(async () => expect(await readFile(join(folder, 'millrace.txt'), 'utf8')).toBe(good));
    const created = await kafka().kafkaTool('kafka-topics', ['--describe', '--topic', 'dlq-millrace']);
    expect(created).toMatch(/PartitionCount: 1\s+ReplicationFactor: 1/);
  } finally {
    await jvm.stop();
  }
  await worker.stop();
});

it('a dead letter queue that cannot be created as wanted fails the task, which says why', async () => {
  const folder = await temporaryFolder();
  const worker = await StandaloneWorker.in(folder, kafka().bootstrap());
  await worker.start();
  const config = {
    'connector.class': 'FileStreamSink',
    topics: 'dlq-any',
    file: join(folder, 'out.txt'),
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'dlq-three-replicas',
  };

  await request(worker.url, 'POST', '/connectors', { name: 'dlq-three', config });

  await eventually(async () => {
    const { body } = await request(worker.url, 'GET', '/connectors/dlq-three/tasks/0/status');
    expect(body).toMatchObject({ state: 'FAILED' });
    expect((body as { trace: string }).trace).toMatch(/dlq-three-replicas[\s\S]*replication factor/i);
  });
  await worker.stop();
});
