import { ConnectException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { isUnknownClientKey, workerAdminProperties } from '../../src/config/client-known-keys.ts';
import { sharedClientProperties } from '../../src/config/client-shared.ts';
import {
  adminProperties,
  connectorAdminProperties,
  consumerGroupOf,
  consumerProperties,
  deadLetterProducerProperties,
  producerProperties,
} from '../../src/task/client-properties.ts';
import type { TaskSpec } from '../../src/task/task-services.ts';

const worker = {
  'bootstrap.servers': 'broker:9092',
  'group.id': 'connect-cluster',
  'session.timeout.ms': '12345',
  'security.protocol': 'SASL_SSL',
  'sasl.mechanism': 'PLAIN',
  'ssl.truststore.location': '/ca.pem',
  'ssl.client.auth': 'required',
  'request.timeout.ms': '40000',
  'producer.linger.ms': '1',
  'producer.batch.size': '2',
  'consumer.max.poll.records': '3',
  'admin.request.timeout.ms': '4',
};

function specOf(connectorConfig: Record<string, string>, workerConfig: Record<string, string> = worker): TaskSpec {
  return {
    id: { connector: 'orders', task: 2 },
    type: 'sink',
    connectorClass: 'Sink',
    connectorConfig,
    taskConfig: {},
    workerConfig,
    targetState: 'STARTED',
  };
}

describe('settings of the clients of a connector', () => {
  it('are those of Connect, then those with the prefix of the worker, then overrides of the connector', () => {
    const spec = specOf({
      'producer.override.batch.size': '20',
      'consumer.override.group.id': 'mine',
      'admin.override.client.id': 'admin',
      'linger.ms': '99',
    });

    expect(producerProperties(spec)).toEqual({
      'bootstrap.servers': 'broker:9092',
      acks: 'all',
      'max.in.flight.requests.per.connection': '1',
      'enable.idempotence': 'false',
      'max.block.ms': '9223372036854775807',
      'delivery.timeout.ms': '2147483647',
      'client.id': 'connector-producer-orders-2',
      'linger.ms': '1',
      'batch.size': '20',
    });
    expect(deadLetterProducerProperties(spec)).toMatchObject({ 'client.id': 'connector-dlq-producer-orders-2', 'batch.size': '20' });
    expect(consumerProperties(spec)).toEqual({
      'bootstrap.servers': 'broker:9092',
      'group.id': 'mine',
      'enable.auto.commit': 'false',
      'auto.offset.reset': 'earliest',
      'client.id': 'connector-consumer-orders-2',
      'max.poll.records': '3',
    });
    expect(adminProperties(spec)).toEqual({ 'bootstrap.servers': 'broker:9092', 'client.id': 'admin', 'request.timeout.ms': '4' });
  });

  it('do not begin with overrides that the policy of the worker forbids', () => {
    const strict = { ...worker, 'connector.client.config.override.policy': 'Principal' };
    const spec = specOf({ 'producer.override.batch.size': '20', 'producer.override.sasl.jaas.config': 's3cret' }, strict);

    expect(() => producerProperties(spec)).toThrow(ConnectException);
    expect(() => producerProperties(spec)).toThrow(
      "Client Config Overrides not allowed: the 'Principal' policy forbids producer.override.batch.size",
    );
    expect(consumerProperties(spec)['group.id']).toBe('connect-orders');
    expect(() => connectorAdminProperties('orders', specOf({ 'admin.override.client.id': 'mine' }, strict))).toThrow(
      "Client Config Overrides not allowed: the 'Principal' policy forbids admin.override.client.id",
    );
  });

  it('have the group of a sink from its override, else from the worker, else from its name', () => {
    const named = { ...worker, 'consumer.group.id': 'of-the-worker' };
    expect(consumerGroupOf('orders', specOf({ 'consumer.override.group.id': 'mine' }, named))).toBe('mine');
    expect(consumerGroupOf('orders', specOf({}, named))).toBe('of-the-worker');
    expect(consumerProperties(specOf({}, named))['group.id']).toBe('of-the-worker');
    expect(consumerGroupOf('orders', specOf({}))).toBe('connect-orders');
  });

  it('are, for the offsets of a connector, those of an admin client of its own', () => {
    expect(connectorAdminProperties('orders', specOf({ 'admin.override.retries': '2' }))).toEqual({
      'bootstrap.servers': 'broker:9092',
      'client.id': 'connector-adminclient-orders',
      'request.timeout.ms': '4',
      retries: '2',
    });
  });
});

describe('what clients take from the settings of the worker without prefix', () => {
  it('is where the brokers are and how to talk to them, and nothing else', () => {
    expect(sharedClientProperties(worker)).toEqual({
      'bootstrap.servers': 'broker:9092',
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'PLAIN',
      'ssl.truststore.location': '/ca.pem',
    });
  });

  it('is, for the admin client of the worker itself, all that an admin client has', () => {
    expect(workerAdminProperties(worker)).toEqual({ ...sharedClientProperties(worker), 'request.timeout.ms': '40000' });
  });
});

describe('a key under a prefix of clients', () => {
  it.each(['producer.linger.s', 'consumer.linger.ms', 'admin.acks'])('that no such client has is unknown: %s', (key) => {
    expect(isUnknownClientKey(key)).toBe(true);
  });

  it.each(['producer.linger.ms', 'consumer.sasl.mechanism', 'admin.listeners', 'admin.listeners.https.ssl.keystore.type', 'linger.s'])(
    'is not to be reported: %s',
    (key) => {
      expect(isUnknownClientKey(key)).toBe(false);
    },
  );
});
