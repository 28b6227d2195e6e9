import type { SinkTask } from '@millrace/api';
import { kafkaUsers, startKafka, whyNoKafka, type KafkaCluster } from '@millrace/test-services';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { sinkPlugin } from '../support/test-plugins.ts';
import { testWorker, type TestWorker } from '../support/test-worker.ts';
import { consume, produce } from '../support/topics.ts';

const reason = await whyNoKafka();
const modules = 'org.apache.kafka.common.security';
const login = (module: string, { username, password }: { readonly username: string; readonly password: string }): string =>
  `${modules}.${module} required username="${username}" password="${password}";`;

let kafka: KafkaCluster;

beforeAll(async () => {
  if (reason === null) kafka = await startKafka({ listeners: ['SASL_SSL'] });
});
beforeEach((context) => {
  if (reason !== null) context.skip(reason);
});
afterAll(() => kafka?.stop());

function recorder(): SinkTask & { readonly values: unknown[] } {
  const values: unknown[] = [];
  return {
    values,
    start: () => undefined,
    put: (records) => void values.push(...records.map(({ value }) => value)),
    stop: () => undefined,
  };
}

const sink = {
  'connector.class': 'test.Sink',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': 'false',
  'errors.tolerance': 'all',
  'errors.deadletterqueue.topic.replication.factor': '1',
};

/** A worker that has security once, without prefix. */
function secureWorker(task: SinkTask, properties: Record<string, string> = {}): Promise<TestWorker> {
  return testWorker([sinkPlugin('test.Sink', () => task)], {
    'bootstrap.servers': kafka.bootstrap('SASL_SSL'),
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': login('plain.PlainLoginModule', kafkaUsers.PLAIN),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': kafka.certificates?.authority ?? '',
    'task.host': 'inline',
    ...properties,
  });
}

describe('a worker on brokers with SASL and TLS', () => {
  it('has security once for all its clients, of which connectors may have another', async () => {
    const task = recorder();
    // Of no use to a client: a broker would refuse this session, and this group is that of the worker.
    const worker = await secureWorker(task, { 'group.id': 'workers', 'session.timeout.ms': '1', 'consumer.no.such.key': 'x' });
    await produce(worker, [{ value: '1' }, { value: 'poison' }, { value: '2' }], 'secure-in');
    const other = {
      'consumer.override.sasl.mechanism': 'SCRAM-SHA-512',
      'consumer.override.sasl.jaas.config': login('scram.ScramLoginModule', kafkaUsers['SCRAM-SHA-512']),
    };

    await worker.create('secure', { ...sink, topics: 'secure-in', 'errors.deadletterqueue.topic.name': 'secure-dlq', ...other });

    await eventually(() => expect(task.values).toEqual([1, 2]));
    await eventually(async () => expect((await consume(worker, 'secure-dlq')).map(({ value }) => value?.toString())).toEqual(['poison']));
    const warnings = worker.logLines.filter((line) => line.includes('consumer.no.such.key'));
    expect(warnings).toHaveLength(1);
  });

  it('fails the task whose login is wrong, once and for good, with a trace that shows no secret', async () => {
    const worker = await secureWorker(recorder());
    const wrong = { ...kafkaUsers.PLAIN, password: 's3cret-wrong' };
    await produce(worker, [{ value: '1' }], 'refused-in');

    await worker.create('refused', {
      ...sink,
      topics: 'refused-in',
      'consumer.override.sasl.jaas.config': login('plain.PlainLoginModule', wrong),
    });
    const trace = await worker.taskIn('FAILED', 'refused');

    expect(trace).toContain('org.apache.kafka.common.errors.SaslAuthenticationException');
    expect(`${trace} ${worker.logLines.join('\n')}`).not.toContain('s3cret');
  });

  it('does not start where it does not trust the brokers', async () => {
    await expect(secureWorker(recorder(), { 'ssl.truststore.location': kafka.certificates?.unknownAuthority ?? '' })).rejects.toThrow(
      /Failed to connect to and describe Kafka cluster .*no trusted CA vouches for the certificate of the broker/,
    );
  });
});
