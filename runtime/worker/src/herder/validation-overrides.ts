import { ConfigException, javaHashOrder, parseType, type ConfigDef, type ConfigValue, type Logger } from '@millrace/api';
import { ADMIN_CONFIG, CONSUMER_CONFIG, PRODUCER_CONFIG, type ClientType } from '../config/client-config.ts';
import { entriesWithPrefix } from '../config/entries-with-prefix.ts';
import type { ConfigInfos } from './config-infos.ts';
import { prefixedResult } from './validation-infos.ts';
import type { RawProps } from './validation-plugins.ts';

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

/** A kind of client, the prefix of its overrides and what they may be. */
interface OverriddenClient {
  readonly type: ClientType;
  readonly prefix: string;
  readonly definition: ConfigDef;
}

const clients: readonly OverriddenClient[] = [
  { type: 'PRODUCER', prefix: 'producer.override.', definition: PRODUCER_CONFIG },
  { type: 'CONSUMER', prefix: 'consumer.override.', definition: CONSUMER_CONFIG },
  { type: 'ADMIN', prefix: 'admin.override.', definition: ADMIN_CONFIG },
];

/**
 * Checks the overrides of the clients that a connector has. All overrides are in the answer; those that the policy forbids carry an error. A
 * key that no Kafka client knows is worth a warning.
 * @throws ConfigException if a value is not of the type of its key.
 */
export function validateOverrides(props: RawProps, used: ReadonlySet<ClientType>, policy: OverridePolicy, log: Logger): ConfigInfos[] {
  return clients
    .filter(({ type }) => used.has(type))
    .map((client) => {
      const given = entriesWithPrefix(props, client.prefix);
      const values = javaHashOrder(Object.keys(given)).map((name) => override(name, given[name] ?? null, client, policy));
      for (const { name } of values.filter(({ name }) => !client.definition.configKeys.has(name))) {
        log.warn(`No Kafka client has a setting ${name}: ${client.prefix}${name} may be misspelt`);
      }
      return prefixedResult(client.definition.configKeys, values, client.prefix);
    });
}

function override(name: string, text: string | null, { definition }: OverriddenClient, policy: OverridePolicy): ConfigValue {
  const type = definition.configKeys.get(name)?.type;
  const message = `The '${policy.name}' policy does not allow '${name}' to be overridden in the connector configuration.`;
  return {
    name,
    value: type === undefined ? text : parseType(name, text, type),
    recommendedValues: [],
    errorMessages: policy.allows(name) ? [] : [message],
    visible: true,
  };
}
