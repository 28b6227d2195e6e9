import { ConfigException, type Logger } from '@millrace/api';
import { EmbeddedKafka } from '@millrace/kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InternalTopic } from '../../src/storage/internal-topic.ts';
import { KafkaBasedLog } from '../../src/storage/kafka-based-log.ts';
import { eventually } from '../support/eventually.ts';
import { internalTopic, noClients, silent, writeRecords } from '../support/internal-topics.ts';

let kafka: EmbeddedKafka;
const logs: KafkaBasedLog[] = [];

beforeEach(() => {
  kafka = new EmbeddedKafka();
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.stop()));
  await kafka.close();
});

function open(topic: InternalTopic, onRecord: (text: string) => void = () => undefined, logger: Logger = silent): KafkaBasedLog {
  const log = new KafkaBasedLog({
    transport: kafka,
    topic,
    clients: noClients,
    log: logger,
    onRecord: ({ key, value }) => onRecord(`${key?.toString()}=${value?.toString()}`),
  });
  logs.push(log);
  return log;
}

async function createTopic(name: string, partitions: number, config: Record<string, string>): Promise<void> {
  const admin = kafka.admin({});
  await admin.createTopic({ name, partitions, replicationFactor: 1, config });
  await admin.close();
}

describe('an internal topic', () => {
  it('is created compacted, with its partitions and settings', async () => {
    await open({ ...internalTopic('offset', 'o'), settings: { 'segment.bytes': '1048576', 'cleanup.policy': 'delete' } }).start();

    const admin = kafka.admin({});
    expect((await admin.describeTopics(['o'])).get('o')?.partitions).toBe(25);
    const config = await admin.topicConfig('o');
    expect([config.get('cleanup.policy'), config.get('segment.bytes')]).toEqual(['compact', '1048576']);
  });

  it('is taken as it is when it is compacted', async () => {
    await createTopic('o', 3, { 'cleanup.policy': 'compact' });
    await writeRecords(kafka, 'o', [['a', '1']]);
    const seen: string[] = [];

    await open(internalTopic('offset', 'o'), (text) => seen.push(text)).start();

    expect(seen).toEqual(['a=1']);
  });

  it.each(['delete', 'compact,delete'])('is refused when its cleanup.policy is %s', async (policy) => {
    await createTopic('s', 5, { 'cleanup.policy': policy });

    const starting = open(internalTopic('status', 's')).start();

    await expect(starting).rejects.toThrow(ConfigException);
    await expect(starting).rejects.toThrow(
      `Topic 's', which status.storage.topic names, must have 'cleanup.policy=compact' to keep statuses, but has 'cleanup.policy=${policy}'`,
    );
  });

  it('is refused when it holds configurations in more than one partition', async () => {
    await createTopic('c', 2, { 'cleanup.policy': 'compact' });

    await expect(open(internalTopic('config', 'c')).start()).rejects.toThrow(
      "Topic 'c', which config.storage.topic names, must have exactly one partition to keep configurations in order, but has 2",
    );
  });
});

describe('a log', () => {
  it('has everything that was sent once a read to the end is done', async () => {
    const seen: string[] = [];
    const log = open(internalTopic('config', 'c'), (text) => seen.push(text));
    await log.start();

    await Promise.all(['a', 'b', 'c'].map((key) => log.send(Buffer.from(key), Buffer.from('1'))));
    await Promise.all([log.readToEnd(), log.readToEnd()]);

    expect(seen).toEqual(['a=1', 'b=1', 'c=1']);
  });

  it('keeps up with what others write, each record once', async () => {
    const seen: string[] = [];
    const log = open(internalTopic('config', 'c'), (text) => seen.push(text));
    await log.start();

    for (let round = 0; round < 20; round += 1) {
      await writeRecords(kafka, 'c', [[`k${round}`, null]]);
      if (round % 3 === 0) await log.readToEnd();
    }

    await eventually(() => expect(seen).toEqual(Array.from({ length: 20 }, (_, round) => `k${round}=undefined`)));
  });

  it('survives a record that its owner cannot use', async () => {
    const seen: string[] = [];
    const log = open(internalTopic('config', 'c'), (text) => {
      if (text.startsWith('bad')) throw new Error('unusable');
      seen.push(text);
    });
    await log.start();

    await writeRecords(kafka, 'c', [
      ['bad', '1'],
      ['good', '2'],
    ]);
    await log.readToEnd();

    expect(seen).toEqual(['good=2']);
  });

  it('says once that its topic is gone, and keeps those waiting that read to the end', async () => {
    const warnings: string[] = [];
    const log = open(internalTopic('config', 'c'), () => undefined, { ...silent, warn: (message) => warnings.push(message) });
    await log.start();

    await kafka.admin({}).deleteTopic('c');

    await expect(log.readToEnd(AbortSignal.timeout(700))).rejects.toThrow(/timeout/i);
    expect(warnings).toEqual([expect.stringMatching(/^Topic c with configurations cannot be read now.*does not exist/)]);
  });

  it('does not let a read to the end wait longer than its caller for a Kafka that takes nothing', async () => {
    let isAway = false;
    const make = kafka.producer.bind(kafka);
    kafka.producer = (properties) => {
      const producer = make(properties);
      const flush = producer.flush.bind(producer);
      return Object.assign(producer, { flush: () => (isAway ? new Promise<void>(() => undefined) : flush()) });
    };
    const log = open(internalTopic('config', 'c'));
    await log.start();

    isAway = true;
    await expect(log.readToEnd(AbortSignal.timeout(30))).rejects.toThrow(/timeout/i);
    isAway = false;
    await log.readToEnd();
  });

  it('refuses a read to the end that its stop overtakes', async () => {
    const log = open(internalTopic('config', 'c'));
    await log.start();
    await log.stop();

    await expect(log.readToEnd()).rejects.toThrow('is closed');
  });
});
