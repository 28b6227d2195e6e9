import { ConfigException, ConnectException, LambdaValidator } from '@millrace/api';
import type { SourceConfig } from '../config/source-config.ts';
import { plainName, type TableId } from './table-id.ts';

/** Longest name of a topic. */
export const LONGEST_TOPIC = 249;

const PLACEHOLDERS = ['prefix', 'database', 'schema', 'table'] as const;
const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** A template: empty, or text of characters that topics have and known placeholders, `${table}` among them. */
export const topicTemplate = LambdaValidator.with(
  (name, value) => {
    const template = value as string;
    if (template === '') return;
    const used = [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
    const unknown = used.find((placeholder) => !(PLACEHOLDERS as readonly string[]).includes(placeholder));
    const known = PLACEHOLDERS.map((placeholder) => `\${${placeholder}}`).join(', ');
    if (unknown !== undefined) throw ConfigException.invalidValue(name, template, `\${${unknown}} is none of ${known}`);
    if (!used.includes('table')) {
      throw ConfigException.invalidValue(name, template, '${table} has to be in it, or all tables share a topic');
    }
    if (/^[\w.-]*$/.test(template.replaceAll(PLACEHOLDER, ''))) return;
    throw ConfigException.invalidValue(name, template, "only a-z, A-Z, 0-9, '.', '_' and '-' may stand around placeholders");
  },
  () => `text with ${PLACEHOLDERS.map((placeholder) => `\${${placeholder}}`).join(', ')}`,
);

/** How a configuration names the topics of tables: by `topic.name.template`, else as Confluent's connector does. */
export function topicNames({ keys, target, credentials }: SourceConfig): (table: TableId) => string {
  const prefix = keys['topic.prefix'];
  const template = keys['topic.name.template'];
  if (template === '') return ({ name }) => `${prefix}${name}`;
  const database = target.database ?? credentials.user ?? '';
  return ({ schema, name }) => {
    const parts: Readonly<Record<string, string>> = { prefix, database, schema, table: name };
    return template.replaceAll(PLACEHOLDER, (_, placeholder: string) => parts[placeholder] ?? '').replaceAll(/[^\w.-]/g, '_');
  };
}

/** @throws ConnectException when two tables would share a topic, or a topic's name would be too long */
export function demandDistinctTopics(tables: readonly TableId[], config: SourceConfig): void {
  const topicOf = topicNames(config);
  const byTopic = new Map<string, TableId[]>();
  for (const table of tables) {
    const topic = topicOf(table);
    if (topic.length > LONGEST_TOPIC) {
      throw new ConnectException(
        `The topic of ${plainName(table)} would have a name of ${topic.length} characters, ${LONGEST_TOPIC} at most are possible`,
        { configKey: config.keys['topic.name.template'] === '' ? 'topic.prefix' : 'topic.name.template' },
      );
    }
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), table]);
  }
  const clashes = [...byTopic.values()].filter((same) => same.length > 1);
  if (clashes.length === 0) return;
  const names = clashes.map((same) => same.map(plainName).join(' and ')).join('; ');
  throw clashOf(names, config.keys['topic.name.template']);
}

function clashOf(names: string, template: string): ConnectException {
  if (template !== '') {
    return new ConnectException(`By topic.name.template=${template} these tables would share a topic: ${names}`, {
      configKey: 'topic.name.template',
      suggestion: 'Put ${schema} into the template, or choose fewer tables.',
    });
  }
  return new ConnectException(
    `The connector uses the unqualified table name as the topic name and has detected duplicate unqualified table names: ${names}`,
    {
      configKey: 'schema.pattern',
      suggestion:
        'Choose one schema by schema.pattern, name the tables with their schema in table.whitelist, or set topic.name.template=${prefix}${schema}.${table}.',
    },
  );
}
