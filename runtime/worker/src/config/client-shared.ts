import type { ClientProperties } from '@millrace/kafka';

/** Keys of the REST server that begin like those of clients. */
const serverKeys: readonly string[] = ['ssl.client.auth'];

/**
 * What all Kafka clients of a worker have in common, unless `producer.`, `consumer.`, `admin.` or a connector says otherwise: `bootstrap.servers`,
 * `security.protocol`, `sasl.*` and `ssl.*` of the worker. A JVM worker shares the first alone, and wants the others once for each prefix.
 */
export function sharedClientProperties(workerConfig: Readonly<Record<string, string>>): ClientProperties {
  return Object.fromEntries(Object.entries(workerConfig).filter(([key]) => isShared(key)));
}

function isShared(key: string): boolean {
  if (key === 'bootstrap.servers' || key === 'security.protocol') return true;
  return (key.startsWith('ssl.') || key.startsWith('sasl.')) && !serverKeys.includes(key);
}
