import { CaseInsensitiveValidString, NonEmptyString, type ConfigDef, type Parsed } from '@millrace/api';
import { aliasList } from './alias-list.ts';
import { connectorConfig } from './connector-config.ts';
import { unknownPlugins, type PluginKnowledge } from './plugin-knowledge.ts';

const topicCreationGroup = 'Topic Creation';
const exactlyOnceGroup = 'Exactly Once Support';

/** The keys of a source connector, as `org.apache.kafka.connect.runtime.SourceConnectorConfig`. */
export function sourceConnectorConfig(plugins: PluginKnowledge = unknownPlugins) {
  return exactlyOnceKeys(
    connectorConfig(plugins).define('topic.creation.groups', {
      type: 'list',
      default: '',
      importance: 'low',
      doc: 'Groups of topics to create with settings of their own (KIP-158); those of one follow as topic.creation.<group>.*.',
      validator: aliasList('topic creation group'),
      group: topicCreationGroup,
      orderInGroup: 1,
      width: 'long',
      displayName: 'Topic Creation Groups',
    }),
  ).define('offsets.storage.topic', {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Topic for the offsets of this connector alone. Default: the one of the worker.',
    validator: new NonEmptyString(),
    group: 'offsets.topic',
    orderInGroup: 1,
    width: 'long',
    displayName: 'Offsets topic',
  });
}

function exactlyOnceKeys<Shape extends object>(definition: ConfigDef<Shape>) {
  return definition
    .define('exactly.once.support', {
      type: 'string',
      default: 'requested',
      importance: 'medium',
      doc: 'Whether each record must come exactly once (KIP-618): required refuses a connector that cannot promise it, requested does not.',
      validator: CaseInsensitiveValidString.in('requested', 'required'),
      group: exactlyOnceGroup,
      orderInGroup: 2,
      width: 'short',
      displayName: 'Exactly once support',
    })
    .define('transaction.boundary', {
      type: 'string',
      default: 'poll',
      importance: 'medium',
      doc: 'Where transactions end under exactly once: after each poll, after an interval, or where the connector says so.',
      validator: CaseInsensitiveValidString.in('interval', 'poll', 'connector'),
      group: exactlyOnceGroup,
      orderInGroup: 3,
      width: 'short',
      displayName: 'Transaction Boundary',
    })
    .define('transaction.boundary.interval.ms', {
      type: 'long',
      default: null,
      importance: 'low',
      doc: 'Time, in milliseconds, between the ends of transactions under transaction.boundary=interval. Default: offset.flush.interval.ms.',
      group: exactlyOnceGroup,
      orderInGroup: 4,
      width: 'short',
      displayName: 'Transaction boundary interval',
    });
}

/** The keys of a source connector, checked in form only. */
export const SOURCE_CONNECTOR_CONFIG = sourceConnectorConfig();

export type SourceConnectorConfig = Parsed<typeof SOURCE_CONNECTOR_CONFIG>;
