import { ConnectException } from '@millrace/api';
import type { ClientProperties } from '@millrace/kafka';
import { overridePolicy } from '../config/client-override-policy.ts';
import { entriesWithPrefix } from '../config/entries-with-prefix.ts';
import { taskIdText } from './task-id.ts';
import type { TaskSpec } from './task-services.ts';

type Configs = Pick<TaskSpec, 'connectorConfig' | 'workerConfig'>;

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
    ...entriesWithPrefix(spec.workerConfig, 'producer.'),
    ...overrides(spec, 'producer.override.'),
  };
}

/** Settings of a sink task's consumer, with `group.id`. */
export function consumerProperties(spec: TaskSpec): ClientProperties {
  return {
    'bootstrap.servers': spec.workerConfig['bootstrap.servers'] ?? '',
    'enable.auto.commit': 'false',
    'auto.offset.reset': 'earliest',
    'client.id': `connector-consumer-${taskIdText(spec.id)}`,
    ...entriesWithPrefix(spec.workerConfig, 'consumer.'),
    ...overrides(spec, 'consumer.override.'),
    'group.id': consumerGroupOf(spec.id.connector, spec),
  };
}

/** Consumer group of a sink connector: its own override, else the worker's, else one by its name. @throws ConnectException as a task's do */
export function consumerGroupOf(connector: string, configs: Configs): string {
  const override = overrides(configs, 'consumer.override.')['group.id'];
  return override ?? configs.workerConfig['consumer.group.id'] ?? sinkGroupId(connector);
}

export function adminProperties(spec: TaskSpec): ClientProperties {
  return adminOf(spec, taskIdText(spec.id));
}

/** Settings of the admin client with which offsets of a connector are read and changed. @throws ConnectException as a task's do */
export function connectorAdminProperties(connector: string, configs: Configs): ClientProperties {
  return adminOf(configs, connector);
}

function adminOf(configs: Configs, who: string): ClientProperties {
  return {
    'bootstrap.servers': configs.workerConfig['bootstrap.servers'] ?? '',
    'client.id': `connector-adminclient-${who}`,
    ...entriesWithPrefix(configs.workerConfig, 'admin.'),
    ...overrides(configs, 'admin.override.'),
  };
}

/** Consumer group of a sink connector that overrides none. */
export function sinkGroupId(connector: string): string {
  return `connect-${connector}`;
}

/** @throws ConnectException for settings that the worker's policy forbids: it may have changed since the connector was configured. */
function overrides({ connectorConfig, workerConfig }: Configs, prefix: string): ClientProperties {
  const given = entriesWithPrefix(connectorConfig, prefix);
  const policy = overridePolicy(workerConfig);
  const forbidden = Object.keys(given).filter((key) => !policy.allows(key));
  if (forbidden.length === 0) return given;
  const names = forbidden.map((key) => `${prefix}${key}`).join(', ');
  throw new ConnectException(`Client Config Overrides not allowed: the '${policy.name}' policy forbids ${names}`, {
    configKey: `${prefix}${forbidden[0]}`,
    suggestion: 'Remove them, or change connector.client.config.override.policy of the worker',
  });
}
