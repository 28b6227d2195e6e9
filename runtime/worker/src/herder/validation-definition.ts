import type { ConfigDef, Logger } from '@millrace/api';
import { sinkConnectorConfig } from '../config/sink-connector-config.ts';
import { sourceConnectorConfig } from '../config/source-connector-config.ts';
import { TopicCreationGroups } from '../config/topic-creation-config.ts';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import type { PluginRegistry } from '../plugins/plugin-registry.ts';
import { addAliasedPlugins, ensureAliasedPlugins } from './validation-aliases.ts';
import { pluginKnowledge, pluginResolver, type RawProps } from './validation-plugins.ts';

/** What the definition of a connector is made from. */
export interface DefinitionContext {
  readonly kind: 'source' | 'sink';
  /** The connector, if its version matters. */
  readonly connector: PluginDescriptor | null;
  readonly props: RawProps;
  readonly plugins: PluginRegistry;
  readonly workerConfig: Readonly<Record<string, string>>;
  readonly log: Logger;
}

/** The framework's keys for one connector, with those of its transformations and predicates. */
export async function connectorDefinition(context: DefinitionContext): Promise<ConfigDef> {
  const definition = baseDefinition(context);
  await addAliasedPlugins(definition, context);
  return definition;
}

function baseDefinition({ kind, connector, props, plugins, workerConfig }: DefinitionContext): ConfigDef {
  const knowledge = pluginKnowledge(plugins, connector, props, workerConfig);
  return kind === 'source' ? sourceConnectorConfig(knowledge) : sinkConnectorConfig(knowledge);
}

/**
 * The framework's settings of one connector, as the constructors of Kafka's `SourceConnectorConfig` and `SinkConnectorConfig` take them when a
 * connector starts: the first error ends it.
 * @throws ConfigException
 */
export async function parseConnectorConfig(context: DefinitionContext): Promise<Readonly<Record<string, unknown>>> {
  const { kind, props, plugins, workerConfig } = context;
  const options = { classResolver: pluginResolver(plugins), log: context.log };
  baseDefinition(context).parse(props, options);
  ensureAliasedPlugins(plugins, props);
  const parsed = (await connectorDefinition(context)).parse(props, options);
  const createsTopics = (workerConfig['topic.creation.enable'] ?? 'true').trim().toLowerCase() === 'true';
  if (kind === 'source' && createsTopics) TopicCreationGroups.from(props as Readonly<Record<string, string>>);
  return parsed as Readonly<Record<string, unknown>>;
}
