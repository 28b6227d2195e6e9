import { javaHashOrder, parseType, type ConfigDef, type ConfigValue, type Logger } from '@millrace/api';
import { ADMIN_CONFIG, CONSUMER_CONFIG, PRODUCER_CONFIG, type ClientType } from '../config/client-config.ts';
import type { OverridePolicy } from '../config/client-override-policy.ts';
import { entriesWithPrefix } from '../config/entries-with-prefix.ts';
import type { ConfigInfos } from './config-infos.ts';
import { prefixedResult } from './validation-infos.ts';
import type { RawProps } from './validation-plugins.ts';

export { overridePolicy, type OverridePolicy } from '../config/client-override-policy.ts';

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
