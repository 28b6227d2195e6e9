import { ConfigException, parseType } from '@millrace/api';

/** Says whether a connector may override a setting of a Kafka client (KIP-458). */
export interface OverridePolicy {
  /** Name that messages show. */
  readonly name: string;
  allows(key: string): boolean;
}

const policyKey = 'connector.client.config.override.policy';
const allowlistKey = 'connector.client.config.override.allowlist';

/** What the Principal policy allows: who the connector is to Kafka. */
const principalKeys: readonly string[] = ['sasl.jaas.config', 'sasl.mechanism', 'security.protocol'];

/**
 * The policy that a worker's configuration names: All (default), None, Principal or Allowlist, also by the full name of Kafka's class.
 * @throws ConfigException if there is no such policy.
 */
export function overridePolicy(workerConfig: Readonly<Record<string, string>>): OverridePolicy {
  const text = (workerConfig[policyKey] ?? 'All').trim();
  const name = text.replace(/^org\.apache\.kafka\.connect\.connector\.policy\./, '').replace(/ConnectorClientConfigOverridePolicy$/, '');
  switch (name) {
    case 'All':
      return { name, allows: () => true };
    case 'None':
      return { name, allows: () => false };
    case 'Principal':
      return { name, allows: (key) => principalKeys.includes(key) };
    case 'Allowlist': {
      const allowed = new Set(parseType(allowlistKey, workerConfig[allowlistKey] ?? '', 'list') as string[]);
      return { name, allows: (key) => allowed.has(key) };
    }
    default:
      throw ConfigException.invalidValue(policyKey, text, 'must be All, None, Principal or Allowlist');
  }
}
