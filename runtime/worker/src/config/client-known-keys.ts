import type { ConfigDef } from '@millrace/api';
import type { ClientProperties } from '@millrace/kafka';
import { ADMIN_CONFIG, CONSUMER_CONFIG, PRODUCER_CONFIG } from './client-config.ts';

/** Settings of the admin client with which a worker looks after itself: all of the worker's that an admin client has. */
export function workerAdminProperties(workerConfig: Readonly<Record<string, string>>): ClientProperties {
  return Object.fromEntries(Object.entries(workerConfig).filter(([key]) => ADMIN_CONFIG.configKeys.has(key)));
}

const prefixes: readonly (readonly [prefix: string, definition: ConfigDef])[] = [
  ['producer.', PRODUCER_CONFIG],
  ['consumer.', CONSUMER_CONFIG],
  ['admin.', ADMIN_CONFIG],
];

/** Whether a key of a worker is for its Kafka clients, and these have no such setting. */
export function isUnknownClientKey(key: string): boolean {
  const found = prefixes.find(([prefix]) => key.startsWith(prefix) && !key.startsWith('admin.listeners'));
  return found !== undefined && !found[1].configKeys.has(key.slice(found[0].length));
}
