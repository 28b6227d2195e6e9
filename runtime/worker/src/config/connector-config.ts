import { ConfigDef, NonEmptyStringWithoutControlChars, Range, ValidString } from '@millrace/api';
import { aliasList } from './alias-list.ts';
import { pluginVersion } from './plugin-version.ts';
import { unknownPlugins, type ConverterKeys, type ConverterRole, type PluginKnowledge } from './plugin-knowledge.ts';

export const COMMON_GROUP = 'Common';
export const ERROR_GROUP = 'Error Handling';

/**
 * The keys that every connector takes, as `org.apache.kafka.connect.runtime.ConnectorConfig`. Without knowledge of the plug-ins the
 * definition checks form only; with it, it also says which classes and versions there are.
 */
export function connectorConfig(plugins: PluginKnowledge = unknownPlugins) {
  return errorHandlingKeys(lifecycleKeys(converterKeys(identityKeys(plugins), plugins)));
}

function identityKeys({ connector }: PluginKnowledge) {
  return new ConfigDef()
    .define('name', {
      type: 'string',
      importance: 'high',
      doc: 'Name of this connector, by which all else refers to it; unique in its cluster.',
      validator: new NonEmptyStringWithoutControlChars(),
      group: COMMON_GROUP,
      orderInGroup: 1,
      width: 'medium',
      displayName: 'Connector name',
    })
    .define('connector.class', {
      type: 'string',
      importance: 'high',
      doc: 'The connector to run: its full class name, its simple name with or without the ending Connector, or another alias of it.',
      group: COMMON_GROUP,
      orderInGroup: 2,
      width: 'long',
      displayName: 'Connector class',
    })
    .define('connector.plugin.version', {
      type: 'string',
      default: connector.defaultVersion,
      importance: 'medium',
      doc: 'Version of the connector that must be installed: one version, or a range such as [1.0,2.0).',
      validator: pluginVersion,
      group: COMMON_GROUP,
      orderInGroup: 3,
      width: 'medium',
      displayName: 'Connector version',
      recommender: { validValues: () => connector.versions, visible: () => true },
    })
    .define('tasks.max', {
      type: 'int',
      default: 1,
      importance: 'high',
      doc: 'Largest number of tasks that share the work of this connector.',
      validator: Range.atLeast(1),
      group: COMMON_GROUP,
      orderInGroup: 4,
      width: 'short',
      displayName: 'Tasks max',
    })
    .define('tasks.max.enforce', {
      type: 'boolean',
      default: true,
      importance: 'low',
      doc: 'Whether a connector that asks for more tasks than tasks.max fails. Deprecated: leave it on.',
      group: COMMON_GROUP,
      orderInGroup: 5,
      width: 'short',
      displayName: 'Enforce tasks max',
    });
}

const converterDocs: Readonly<Record<ConverterRole, string>> = {
  key: 'Converter between record keys and the bytes in Kafka. Default: the one of the worker. Its own keys follow as key.converter.*.',
  value:
    'Converter between record values and the bytes in Kafka. Default: the one of the worker. Its own keys follow as value.converter.*.',
  header:
    'Converter between record headers and the bytes in Kafka. Default: the one of the worker. Its own keys follow as header.converter.*.',
};

function converterKeys<Shape extends object>(definition: ConfigDef<Shape>, plugins: PluginKnowledge) {
  const withKey = defineConverter(definition, 'key', plugins);
  return defineConverter(defineConverter(withKey, 'value', plugins), 'header', plugins);
}

const firstConverterOrder: Readonly<Record<ConverterRole, number>> = { key: 6, value: 8, header: 10 };

function defineConverter<Shape extends object, R extends ConverterRole>(
  definition: ConfigDef<Shape>,
  role: R,
  plugins: PluginKnowledge,
): ConfigDef<Shape & ConverterKeys<R>> {
  const known = plugins.converters[role];
  const title = `${role.charAt(0).toUpperCase()}${role.slice(1)} converter`;
  const name: string = `${role}.converter`;
  return definition
    .define(name, {
      type: 'class',
      default: known.defaultClass,
      importance: 'low',
      doc: converterDocs[role],
      ...(known.validator === null ? {} : { validator: known.validator }),
      group: COMMON_GROUP,
      orderInGroup: firstConverterOrder[role],
      width: 'short',
      displayName: `${title} class`,
      recommender: { validValues: () => known.classes, visible: () => true },
    })
    .define(`${name}.plugin.version`, {
      type: 'string',
      default: known.defaultVersion,
      importance: 'low',
      doc: `Version of the ${role} converter that must be installed: one version, or a range such as [1.0,2.0).`,
      validator: pluginVersion,
      group: COMMON_GROUP,
      orderInGroup: firstConverterOrder[role] + 1,
      width: 'short',
      displayName: `${title} version`,
      recommender: {
        validValues: (_, parsed) => known.versions(parsed[name] as string | null),
        visible: (_, parsed) => parsed[name] !== null && parsed[name] !== undefined,
      },
    }) as never;
}

function lifecycleKeys<Shape extends object>(definition: ConfigDef<Shape>) {
  return definition
    .define('transforms', {
      type: 'list',
      default: '',
      importance: 'low',
      doc: 'Aliases of the transformations of each record, in their order; the keys of one follow as transforms.<alias>.*.',
      validator: aliasList('transformation'),
      group: 'Transforms',
      orderInGroup: 12,
      width: 'long',
      displayName: 'Transforms',
    })
    .define('predicates', {
      type: 'list',
      default: '',
      importance: 'low',
      doc: 'Aliases of the predicates that transformations may refer to; the keys of one follow as predicates.<alias>.*.',
      validator: aliasList('predicate'),
      group: 'Predicates',
      orderInGroup: 13,
      width: 'long',
      displayName: 'Predicates',
    })
    .define('config.action.reload', {
      type: 'string',
      default: 'restart',
      importance: 'low',
      doc: 'What happens when a value from a configuration provider expires: restart starts the connector again, none leaves it alone.',
      validator: ValidString.in('none', 'restart'),
      group: COMMON_GROUP,
      orderInGroup: 14,
      width: 'medium',
      displayName: 'Reload Action',
    });
}

function errorHandlingKeys<Shape extends object>(definition: ConfigDef<Shape>) {
  return definition
    .define('errors.retry.timeout', {
      type: 'long',
      default: 0,
      importance: 'medium',
      doc: 'Longest time, in milliseconds, that a failed operation is retried; 0 for never, -1 without end.',
      group: ERROR_GROUP,
      orderInGroup: 1,
      width: 'medium',
      displayName: 'Retry Timeout for Errors',
    })
    .define('errors.retry.delay.max.ms', {
      type: 'long',
      default: 60_000,
      importance: 'medium',
      doc: 'Longest time, in milliseconds, between two attempts; the waits double up to it.',
      group: ERROR_GROUP,
      orderInGroup: 2,
      width: 'medium',
      displayName: 'Maximum Delay Between Retries for Errors',
    })
    .define('errors.tolerance', {
      type: 'string',
      default: 'none',
      importance: 'medium',
      doc: 'What a record that cannot be processed means: none fails the task, all skips the record.',
      validator: ValidString.in('none', 'all'),
      group: ERROR_GROUP,
      orderInGroup: 3,
      width: 'short',
      displayName: 'Error Tolerance',
    })
    .define('errors.log.enable', {
      type: 'boolean',
      default: false,
      importance: 'medium',
      doc: 'Whether tolerated errors are written to the log; those that fail a task always are.',
      group: ERROR_GROUP,
      orderInGroup: 4,
      width: 'short',
      displayName: 'Log Errors',
    })
    .define('errors.log.include.messages', {
      type: 'boolean',
      default: false,
      importance: 'medium',
      doc: 'Whether those log lines name the record: topic, partition, offset and timestamp, never its content.',
      group: ERROR_GROUP,
      orderInGroup: 5,
      width: 'short',
      displayName: 'Log Error Details',
    });
}

/** The keys that every connector takes, checked in form only. */
export const CONNECTOR_CONFIG = connectorConfig();
