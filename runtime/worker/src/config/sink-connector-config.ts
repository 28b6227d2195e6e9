import { RegexValidator, ValidList, type ConfigDef, type Parsed } from '@millrace/api';
import { COMMON_GROUP, connectorConfig, ERROR_GROUP } from './connector-config.ts';
import { unknownPlugins, type PluginKnowledge } from './plugin-knowledge.ts';
import { topicPattern } from './topic-pattern.ts';

/** The keys of a sink connector, as `org.apache.kafka.connect.runtime.SinkConnectorConfig`. */
export function sinkConnectorConfig(plugins: PluginKnowledge = unknownPlugins) {
  const withTopics = connectorConfig(plugins)
    .define('topics', {
      type: 'list',
      default: '',
      importance: 'high',
      doc: 'Topics to read. Either this or topics.regex has to be set, not both.',
      validator: ValidList.anyNonDuplicateValues(true, false),
      group: COMMON_GROUP,
      orderInGroup: 4,
      width: 'long',
      displayName: 'Topics',
    })
    .define('topics.regex', {
      type: 'string',
      default: '',
      importance: 'high',
      doc: 'Regular expression of the topics to read; it has to match the whole name. Either this or topics has to be set, not both.',
      validator: new RegexValidator(topicPattern),
      group: COMMON_GROUP,
      orderInGroup: 4,
      width: 'long',
      displayName: 'Topics regex',
    });
  return deadLetterQueueKeys(withTopics);
}

function deadLetterQueueKeys<Shape extends object>(definition: ConfigDef<Shape>) {
  return definition
    .define('errors.deadletterqueue.topic.name', {
      type: 'string',
      default: '',
      importance: 'medium',
      doc: 'Topic that gets the records which cannot be processed, as they were read. Default: none, such records are not kept.',
      group: ERROR_GROUP,
      orderInGroup: 6,
      width: 'medium',
      displayName: 'Dead Letter Queue Topic Name',
    })
    .define('errors.deadletterqueue.topic.replication.factor', {
      type: 'short',
      default: 3,
      importance: 'medium',
      doc: 'Replication factor of that topic if it has to be created.',
      group: ERROR_GROUP,
      orderInGroup: 7,
      width: 'medium',
      displayName: 'Dead Letter Queue Topic Replication Factor',
    })
    .define('errors.deadletterqueue.context.headers.enable', {
      type: 'boolean',
      default: false,
      importance: 'medium',
      doc: 'Whether those records get headers that say where and why they failed; all names begin with __connect.errors.',
      group: ERROR_GROUP,
      orderInGroup: 8,
      width: 'medium',
      displayName: 'Enable Error Context Headers',
    });
}

/** The keys of a sink connector, checked in form only. */
export const SINK_CONNECTOR_CONFIG = sinkConnectorConfig();

export type SinkConnectorConfig = Parsed<typeof SINK_CONNECTOR_CONFIG>;
