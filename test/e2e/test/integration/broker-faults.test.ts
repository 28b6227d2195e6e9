import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { kafkaUsers } from '@millrace/test-services';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CopiedLines } from '../support/copied-lines.ts';
import { eventually, freePort, MillraceProcess, temporaryFolder } from '../support/millrace-process.ts';
import { FaultCluster } from './support/fault-cluster.ts';

const string = 'org.apache.kafka.connect.storage.StringConverter';

describe('workers on three brokers', () => {
  const kafka = kafkaForFile({ brokers: 3 });

  it('go on by themselves while leaders and coordinator move from broker to broker', { timeout: 300_000 }, async () => {
    const folder = await temporaryFolder();
    const lines = new CopiedLines(join(folder, 'in.txt'), join(folder, 'out.txt'));
    await kafka().createTopic('copied');
    const cluster = await FaultCluster.start(folder, kafka().bootstrap(), onTestFinished, 3);
    const configs = {
      source: { 'connector.class': 'FileStreamSource', file: lines.input, topic: 'copied' },
      sink: { 'connector.class': 'FileStreamSink', file: lines.output, topics: 'copied' },
    };
    await lines.append(100);
    for (const [name, config] of Object.entries(configs)) await cluster.request('PUT', `/connectors/${name}/config`, config);
    await cluster.untilBalanced(2, 2);

    for (const broker of kafka().brokers) {
      await broker.kill();
      await lines.append(100);
      await broker.restart();
      await broker.ready(kafka().brokers.length);
      await lines.append(100);
      await cluster.untilBalanced(2, 2);
    }
    await eventually(async () => expect(await lines.isComplete()).toBe(true), 90_000);
    // What was committed before a leader went is not lost with it: a change of every kind goes through.
    expect((await cluster.request('PUT', '/connectors/sink/pause')).status).toBe(202);
    expect((await cluster.request('DELETE', '/connectors/source')).status).toBe(204);
    expect(await lines.report()).toMatchObject({ lines: lines.count, torn: 0, gaps: [] });
  });
});

describe('a worker without rights', () => {
  const kafka = kafkaForFile({
    listeners: ['PLAINTEXT', 'SASL_PLAINTEXT'],
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  });
  const { username, password } = kafkaUsers.PLAIN;

  /** Runs a worker that nobody has given more rights than these, until it ends. */
  async function endOf(group: string, rights: readonly (readonly string[])[]): Promise<{ code: number | null; stderr: string }> {
    const folder = await temporaryFolder();
    const file = join(folder, 'worker.properties');
    for (const right of rights) {
      await kafka().kafkaTool('kafka-acls', ['--add', '--allow-principal', `User:${username}`, '--operation', 'All', ...right]);
    }
    const topics = ['config', 'offset', 'status'].map(
      (kind) => `${kind}.storage.topic=${group}-${kind}\n${kind}.storage.replication.factor=1`,
    );
    const login = `org.apache.kafka.common.security.plain.PlainLoginModule required username="${username}" password="${password}";`;
    await writeFile(
      file,
      [
        `bootstrap.servers=${kafka().bootstrap('SASL_PLAINTEXT')}`,
        `listeners=http://127.0.0.1:${await freePort()}`,
        `group.id=${group}`,
        `key.converter=${string}`,
        `value.converter=${string}`,
        'security.protocol=SASL_PLAINTEXT',
        'sasl.mechanism=PLAIN',
        `sasl.jaas.config=${login}`,
        ...topics,
        '',
      ].join('\n'),
    );
    return new MillraceProcess(['worker', file]).exit();
  }

  it('ends with the right on its group that is missing', { timeout: 60_000 }, async () => {
    const { code, stderr } = await endOf('guarded', []);
    expect(code).toBe(1);
    expect(stderr).toContain('The worker cannot go on: Finding the coordinator of group guarded failed: GROUP_AUTHORIZATION_FAILED');
    expect(stderr).not.toContain(password);
  });

  it('ends with the right on its topics that is missing', { timeout: 60_000 }, async () => {
    const { code, stderr } = await endOf('grouped', [['--group', 'grouped']]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'The worker cannot go on: Error writing a session key to the config topic: Writing to topic grouped-config failed: TOPIC_AUTHORIZATION_FAILED',
    );
  });
});
