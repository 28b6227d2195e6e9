import type { ClientProperties } from '@millrace/kafka';
import { taskIdText } from './task-id.ts';
import type { TaskSpec } from './task-services.ts';

/** Settings of a source task's producer: Connect's own, then the worker's `producer.*`, then the connector's `producer.override.*`. */
export function producerProperties(spec: TaskSpec): ClientProperties {
  return producerOf(spec, `connector-producer-${taskIdText(spec.id)}`);
}

/** Settings of the producer of a sink task's dead letter queue; they come from the same places. */
export function deadLetterProducerProperties(spec: TaskSpec): ClientProperties {
  return producerOf(spec, `connector-dlq-producer-${taskIdText(spec.id)}`);
}

function producerOf(spec: TaskSpec, clientId: string): ClientProperties {
  return {
    'bootstrap.servers': spec.workerConfig['bootstrap.servers'] ?? '',
    acks: 'all',
    'max.in.flight.requests.per.connection': '1',
    'enable.idempotence': 'false',
    'max.block.ms': '9223372036854775807',
    'delivery.timeout.ms': '2147483647',
    'client.id': clientId,
    ...withPrefix(spec.workerConfig, 'producer.'),
    ...withPrefix(spec.connectorConfig, 'producer.override.'),
  };
}

/** Settings of a sink task's consumer, with `group.id`. */
export function consumerProperties(spec: TaskSpec): ClientProperties {
  return {
    'bootstrap.servers': spec.workerConfig['bootstrap.servers'] ?? '',
    'group.id': sinkGroupId(spec.id.connector),
    'enable.auto.commit': 'false',
    'auto.offset.reset': 'earliest',
    'client.id': `connector-consumer-${taskIdText(spec.id)}`,
    ...withPrefix(spec.workerConfig, 'consumer.'),
    ...withPrefix(spec.connectorConfig, 'consumer.override.'),
  };
}

export function adminProperties(spec: TaskSpec): ClientProperties {
  return {
    'bootstrap.servers': spec.workerConfig['bootstrap.servers'] ?? '',
    'client.id': `connector-adminclient-${taskIdText(spec.id)}`,
    ...withPrefix(spec.workerConfig, 'admin.'),
    ...withPrefix(spec.connectorConfig, 'admin.override.'),
  };
}

/** Consumer group of a sink connector that overrides none. */
export function sinkGroupId(connector: string): string {
  return `connect-${connector}`;
}

function withPrefix(config: Readonly<Record<string, string>>, prefix: string): ClientProperties {
  const entries = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}
