import { ConfigDef, type ConfigKeyOptions, type ConfigType, type ConfigTypes, type Parsed } from '@millrace/api';
import { adminKeys } from './admin-keys.ts';
import { clientKeys } from './client-keys.ts';
import { oauthKeys } from './client-oauth-keys.ts';
import { saslKeys } from './client-sasl-keys.ts';
import { tlsKeys } from './client-tls-keys.ts';
import { consumerKeys } from './consumer-keys.ts';
import { producerKeys } from './producer-keys.ts';

type Keys = Readonly<Record<string, ConfigKeyOptions>>;

/** What a table of keys parses to. */
type ShapeOf<K extends Keys> = {
  [Name in keyof K]: K[Name] extends { readonly default: null } ? ConfigTypes[K[Name]['type']] | null : ConfigTypes[K[Name]['type']];
};

/** The Kafka clients whose settings a connector may override. */
export type ClientType = 'PRODUCER' | 'CONSUMER' | 'ADMIN';

const sharedKeys = { ...clientKeys, ...tlsKeys, ...saslKeys, ...oauthKeys };

/** Settings of a Kafka producer, as Kafka 4.3 has them. */
export const PRODUCER_CONFIG = definitionOf({ ...producerKeys, ...sharedKeys });
/** Settings of a Kafka consumer, as Kafka 4.3 has them. */
export const CONSUMER_CONFIG = definitionOf({ ...consumerKeys, ...sharedKeys });
/** Settings of a Kafka admin client, as Kafka 4.3 has them. */
export const ADMIN_CONFIG = definitionOf({ ...adminKeys, ...sharedKeys });

export type ProducerConfig = Parsed<typeof PRODUCER_CONFIG>;
export type ConsumerConfig = Parsed<typeof CONSUMER_CONFIG>;
export type AdminConfig = Parsed<typeof ADMIN_CONFIG>;

function definitionOf<const K extends Keys>(keys: K): ConfigDef<ShapeOf<K>> {
  const definition = new ConfigDef();
  for (const [name, options] of Object.entries(keys)) definition.define(name, options as ConfigKeyOptions<ConfigType, never>);
  return definition as never;
}
