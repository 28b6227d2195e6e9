import {
  ConfigException,
  NotFoundException,
  type Config,
  type ConfigDef,
  type ConfigKey,
  type ConfigValue,
  type Configurable,
  type Connector,
  type Logger,
  type PluginKind,
  type Properties,
  type SourceConnector,
} from '@millrace/api';
import type { ClientType } from '../config/client-config.ts';
import type { ConfigTransformer } from '../config/config-transformer.ts';
import { connectorConfig } from '../config/connector-config.ts';
import { unknownPlugins } from '../config/plugin-knowledge.ts';
import { sinkConnectorConfig } from '../config/sink-connector-config.ts';
import { sourceConnectorConfig } from '../config/source-connector-config.ts';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import { pluginKinds, type PluginRegistry } from '../plugins/plugin-registry.ts';
import { messageOf } from '../task/error-message.ts';
import type { ConfigInfos, ConfigKeyInfo } from './config-infos.ts';
import { BadRequestException } from './rest-exceptions.ts';
import { validateConverters } from './validation-converters.ts';
import { connectorDefinition } from './validation-definition.ts';
import { validateExactlyOnce } from './validation-exactly-once.ts';
import { keyInfo, merged, resultOf } from './validation-infos.ts';
import { overridePolicy, validateOverrides, type OverridePolicy } from './validation-overrides.ts';
import { ensureVersion, pluginResolver, type RawProps } from './validation-plugins.ts';
import { Secrets } from './validation-secrets.ts';
import { deadLetterQueueTopic, validateSinkGroup, validateSinkTopics } from './validation-sink.ts';

const connectorKinds: readonly PluginKind[] = ['sink', 'source'];
const nullValue = 'Null value can not be supplied as the configuration value.';
const silent: Logger = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

export interface ConnectorValidatorOptions {
  readonly plugins: PluginRegistry;
  /** The worker's configuration as text. */
  readonly workerConfig: Readonly<Record<string, string>>;
  /** Replaces `${provider:path:key}`. Default: nothing is replaced. */
  readonly transformer?: ConfigTransformer;
  /** Whether the worker is one of a cluster, with a group and, maybe, exactly once delivery. Default: false. */
  readonly distributed?: boolean;
  readonly log?: Logger;
  /** Runs the code of plug-ins elsewhere. Default: in this thread. */
  readonly checks?: ConfigChecks;
}

/** What a check found. An error comes with the keys of passwords that were known by then. */
export type CheckOutcome = { readonly infos: ConfigInfos } | { readonly error: unknown; readonly passwords: readonly string[] };

/** Another place for the code of plug-ins that describe themselves and check configurations. */
export interface ConfigChecks {
  /** Null if the plug-ins can be had in this thread only. @throws ConnectException if the check does not end, or ends its thread */
  check(props: RawProps, distributed: boolean, signal: AbortSignal): Promise<CheckOutcome | null>;
  /** As {@link ConnectorValidator.pluginConfig}; null if the plug-in can be had in this thread only. */
  pluginConfig(name: string, version: string | undefined, signal: AbortSignal): Promise<ConfigKeyInfo[] | null>;
}

/** A connector and its configuration under validation. */
interface Subject {
  readonly plugin: PluginDescriptor;
  readonly connector: Connector;
  /** With references replaced. */
  readonly props: RawProps;
  /** Class as it was given, which names the answer. */
  readonly className: string;
  /** Gets the connector's keys of passwords as soon as they are known, for errors. */
  readonly passwords: string[];
}

/** Checks configurations of connectors and describes plug-ins, as `org.apache.kafka.connect.runtime.AbstractHerder`. */
export class ConnectorValidator {
  readonly #plugins: PluginRegistry;
  readonly #workerConfig: Readonly<Record<string, string>>;
  readonly #transformer: ConfigTransformer | null;
  readonly #isDistributed: boolean;
  readonly #log: Logger;
  readonly #policy: OverridePolicy;
  readonly #checks: ConfigChecks | null;

  /** @throws ConfigException if the worker's override policy is unknown. */
  constructor(options: ConnectorValidatorOptions) {
    this.#plugins = options.plugins;
    this.#workerConfig = options.workerConfig;
    this.#transformer = options.transformer ?? null;
    this.#isDistributed = options.distributed ?? false;
    this.#log = options.log ?? silent;
    this.#policy = overridePolicy(options.workerConfig);
    this.#checks = options.checks ?? null;
  }

  /**
   * Says all that is wrong with a configuration. Secrets that references stand for are not in the answer.
   * @throws BadRequestException if no connector can be made of it; ConfigException if the override of a client setting is malformed.
   */
  async validate(rawProps: RawProps, signal: AbortSignal = new AbortController().signal): Promise<ConfigInfos> {
    const { data: props, resolved } =
      this.#transformer === null ? { data: rawProps, resolved: [] } : await this.#transformer.transform(rawProps);
    const outcome = (await this.#checks?.check(props, this.#isDistributed, signal)) ?? (await this.check(props, signal));
    if ('error' in outcome) throw new Secrets(rawProps, resolved, outcome.passwords).hideInError(outcome.error);
    return new Secrets(rawProps, resolved, passwordKeys(outcome.infos)).hideIn(outcome.infos, props);
  }

  /** Checks a configuration whose references are replaced, in this thread. Secrets are in the outcome. */
  async check(props: RawProps, signal: AbortSignal): Promise<CheckOutcome> {
    const passwords: string[] = [];
    try {
      return { infos: await this.#validate(props, passwords, signal) };
    } catch (error) {
      return { error, passwords };
    }
  }

  /**
   * The keys that a plug-in takes; for a connector also those that every connector takes.
   * @param version required version, as one version or a range
   * @throws NotFoundException if there is no such plug-in; BadRequestException if not in that version.
   */
  async pluginConfig(name: string, version?: string, signal: AbortSignal = new AbortController().signal): Promise<ConfigKeyInfo[]> {
    const elsewhere = await this.#checks?.pluginConfig(name, version, signal);
    if (elsewhere !== undefined && elsewhere !== null) return elsewhere;
    const plugin = this.#plugins.find(pluginKinds, name);
    if (plugin === null) throw new NotFoundException(`Unknown plugin ${name}.`);
    try {
      ensureVersion(plugin, version);
    } catch (error) {
      throw new BadRequestException(messageOf(error), { cause: error });
    }
    const Plugin = await plugin.load();
    const own = (new Plugin() as Partial<Configurable>).config?.().configKeys ?? new Map<string, ConfigKey>();
    const framework = connectorKinds.includes(plugin.kind) ? frameworkKeys(plugin) : [];
    return [...own.values(), ...framework.filter(({ name }) => !own.has(name))].map((key) => keyInfo(key));
  }

  async #validate(props: RawProps, passwords: string[], signal: AbortSignal): Promise<ConfigInfos> {
    const className = props['connector.class'] ?? null;
    if (className === null) throw new BadRequestException('Connector config contains no connector type');
    const plugin = this.#findConnector(className);
    try {
      ensureVersion(plugin, props['connector.plugin.version']);
    } catch (error) {
      return wrongVersion(plugin, props, messageOf(error));
    }
    const Plugin = await plugin.load();
    return this.#validateConnector({ plugin, connector: new Plugin() as Connector, props, className, passwords }, signal);
  }

  async #validateConnector(subject: Subject, signal: AbortSignal): Promise<ConfigInfos> {
    const { plugin, connector, props, className } = subject;
    const definition = await connectorDefinition({
      kind: plugin.kind === 'source' ? 'source' : 'sink',
      connector: plugin,
      props,
      plugins: this.#plugins,
      workerConfig: this.#workerConfig,
      log: this.#log,
    });
    const values = this.#validateFramework(definition, subject);
    const own = ownDefinition(plugin, connector);
    subject.passwords.push(...Array.from(own.configKeys.values()).flatMap(({ name, type }) => (type === 'password' ? [name] : [])));
    const config = await this.#validateOwn(own, subject, signal);
    const converters = await validateConverters({ plugins: this.#plugins, props, values, log: this.#log });
    const result = resultOf(
      className,
      new Map([...definition.configKeys, ...own.configKeys]),
      [...values.values(), ...config.configValues],
      [...new Set([...definition.groups, ...own.groups])],
    );
    return merged(result, [...converters, ...validateOverrides(props, this.#usedClients(subject), this.#policy, this.#log)]);
  }

  #findConnector(className: string): PluginDescriptor {
    const plugin = this.#plugins.find(connectorKinds, className.trim());
    if (plugin !== null) return plugin;
    const available = this.#plugins.list(connectorKinds).map((known) => `${known.className} (${known.version})`);
    const message = `Failed to find any class that implements Connector and which name matches ${className}, available connectors are: `;
    throw new BadRequestException(message + (available.length === 0 ? 'none' : available.join(', ')), {
      code: 'connect.plugin.not_found',
      configKey: 'connector.class',
    });
  }

  #validateFramework(definition: ConfigDef, { plugin, connector, props }: Subject): Map<string, ConfigValue> {
    const values = definition.validateAll(props, { classResolver: pluginResolver(this.#plugins) });
    if (plugin.kind === 'sink') {
      validateSinkTopics(props, values);
      const group = this.#workerConfig['group.id'];
      if (this.#isDistributed && group !== undefined) validateSinkGroup(props, values, group);
    } else if (this.#isDistributed) {
      const isEnabled = this.#isExactlyOnce;
      validateExactlyOnce({ connector: connector as SourceConnector, props: props as Properties, values, isEnabled });
    }
    for (const [name, value] of Object.entries(props)) {
      if (value === null) addNullError(name, values);
    }
    return values;
  }

  async #validateOwn(own: ConfigDef, { plugin, connector, props }: Subject, signal: AbortSignal): Promise<Config> {
    if (connector.validate === undefined) return own.validate(props, { classResolver: pluginResolver(this.#plugins) });
    const config: unknown = await refusing(async () => connector.validate?.(props as Properties, signal));
    if (config === null || config === undefined) {
      throw new BadRequestException(`${plugin.className}.validate() must return a Config that is not null.`);
    }
    return config as Config;
  }

  get #isExactlyOnce(): boolean {
    return this.#isDistributed && (this.#workerConfig['exactly.once.source.support'] ?? '').trim().toLowerCase() === 'enabled';
  }

  /** Kafka clients that the tasks of this connector would have. */
  #usedClients({ plugin, props }: Subject): Set<ClientType> {
    if (plugin.kind === 'sink') {
      return new Set(deadLetterQueueTopic(props) === '' ? ['CONSUMER'] : ['CONSUMER', 'PRODUCER', 'ADMIN']);
    }
    const ownOffsets = this.#isExactlyOnce || (this.#isDistributed && typeof props['offsets.storage.topic'] === 'string');
    const createsTopics = Object.keys(props).some((key) => key.startsWith('topic.creation.'));
    return new Set(['PRODUCER', ...(ownOffsets ? (['CONSUMER', 'ADMIN'] as const) : []), ...(createsTopics ? (['ADMIN'] as const) : [])]);
  }
}

/** Keys of a checked configuration whose values are secrets. */
export function passwordKeys({ configs }: ConfigInfos): string[] {
  return configs.flatMap(({ definition, value }) => (definition?.type === 'PASSWORD' ? [value.name] : []));
}

/** A connector that throws a ConfigException has found the configuration wrong. */
async function refusing<T>(validation: () => Promise<T>): Promise<T> {
  try {
    return await validation();
  } catch (error) {
    throw error instanceof ConfigException ? new BadRequestException(error.message, { cause: error }) : error;
  }
}

/** The message about an invalid configuration, with all errors in it; null when the configuration is valid. */
export function validationError(infos: ConfigInfos): string | null {
  if (infos.error_count === 0) return null;
  const errors = infos.configs.flatMap(({ value }) => value.errors);
  return (
    `Connector configuration is invalid and contains the following ${infos.error_count} error(s):` +
    `${errors.map((error) => `\n${error}`).join('')}\n` +
    'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`'
  );
}

function ownDefinition(plugin: PluginDescriptor, connector: Connector): ConfigDef {
  const definition: unknown = connector.config();
  if (definition === null || definition === undefined) {
    throw new BadRequestException(`${plugin.className}.config() must return a ConfigDef that is not null.`);
  }
  return definition as ConfigDef;
}

/** The answer when another version of the connector is asked for: nothing but the common keys can be checked. */
function wrongVersion(plugin: PluginDescriptor, props: RawProps, message: string): ConfigInfos {
  const definition = connectorConfig({ ...unknownPlugins, connector: { defaultVersion: plugin.version, versions: [plugin.version] } });
  const values = definition.validateAll(props);
  for (const key of ['connector.class', 'connector.plugin.version']) values.get(key)?.errorMessages.push(message);
  return resultOf(props['connector.class'] ?? '', definition.configKeys, [...values.values()], definition.groups);
}

function frameworkKeys(plugin: PluginDescriptor) {
  const knowledge = { ...unknownPlugins, connector: { defaultVersion: plugin.version, versions: [plugin.version] } };
  const definition: ConfigDef = plugin.kind === 'source' ? sourceConnectorConfig(knowledge) : sinkConnectorConfig(knowledge);
  return [...definition.configKeys.values()];
}

function addNullError(name: string, values: Map<string, ConfigValue>): void {
  const value = values.get(name) ?? { name, value: null, recommendedValues: [], errorMessages: [], visible: true };
  value.errorMessages.push(nullValue);
  values.set(name, value);
}
