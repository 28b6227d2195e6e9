import { ConfigDef, ConfigException, LambdaValidator, type Parsed, type Validator } from '@millrace/api';
import type { NewTopic } from '@millrace/kafka';
import { aliasesOf } from './alias-list.ts';
import { entriesWithPrefix } from './entries-with-prefix.ts';
import { SOURCE_CONNECTOR_CONFIG } from './source-connector-config.ts';
import { partitionCount, replicationFactor } from './topic-numbers.ts';
import { topicPattern } from './topic-pattern.ts';

const prefix = 'topic.creation.';
const defaultGroup = 'default';
const ownKeys: readonly string[] = ['include', 'exclude', 'replication.factor', 'partitions'];

const patterns: Validator = LambdaValidator.with(
  (name, value) => {
    const list = value as readonly string[];
    try {
      for (const regex of list) topicPattern(regex);
    } catch (error) {
      const reason = `Syntax error in regular expression: ${(error as Error).message}`;
      throw ConfigException.invalidValue(name, `[${list.join(', ')}]`, reason, { cause: error });
    }
  },
  () => 'regular expressions',
);

/** How the topics of the default group are created: the two numbers have to be given. */
const DEFAULT_GROUP_CONFIG = new ConfigDef()
  .define('replication.factor', {
    type: 'short',
    importance: 'low',
    doc: "Replicas of each partition of a new topic; -1 for the broker's default.",
    validator: replicationFactor,
    orderInGroup: 1,
    displayName: 'Replication Factor for Topics',
  })
  .define('partitions', {
    type: 'int',
    importance: 'low',
    doc: "Partitions of a new topic; -1 for the broker's default.",
    validator: partitionCount,
    orderInGroup: 2,
    displayName: 'Partition Count for Topics',
  });

type DefaultGroupConfig = Parsed<typeof DEFAULT_GROUP_CONFIG>;

/** The keys of a further group; numbers that it does not set are those of the default group. */
function groupConfig(defaults: DefaultGroupConfig) {
  return new ConfigDef()
    .define('include', {
      type: 'list',
      default: '',
      importance: 'low',
      doc: 'Regular expressions of the names of topics that belong to the group.',
      validator: patterns,
      orderInGroup: 1,
      displayName: 'Inclusion Topic Pattern',
    })
    .define('exclude', {
      type: 'list',
      default: '',
      importance: 'low',
      doc: 'Regular expressions of the names of topics that do not belong to the group although they are included.',
      validator: patterns,
      orderInGroup: 2,
      displayName: 'Exclusion Topic Pattern',
    })
    .define('replication.factor', {
      type: 'short',
      default: defaults['replication.factor'],
      importance: 'low',
      doc: "Replicas of each partition of a new topic of the group; -1 for the broker's default.",
      validator: replicationFactor,
      orderInGroup: 3,
      displayName: 'Replication Factor for Topics',
    })
    .define('partitions', {
      type: 'int',
      default: defaults.partitions,
      importance: 'low',
      doc: "Partitions of a new topic of the group; -1 for the broker's default.",
      validator: partitionCount,
      orderInGroup: 4,
      displayName: 'Partition Count for Topics',
    });
}

/** How topics of one group are created (KIP-158). */
export class TopicCreationGroup {
  readonly name: string;
  readonly #include: readonly RegExp[];
  readonly #exclude: readonly RegExp[];
  readonly #topic: Omit<NewTopic, 'name'>;

  constructor(
    name: string,
    names: { readonly include: readonly RegExp[]; readonly exclude: readonly RegExp[] },
    topic: Omit<NewTopic, 'name'>,
  ) {
    this.name = name;
    this.#include = names.include;
    this.#exclude = names.exclude;
    this.#topic = topic;
  }

  matches(topic: string): boolean {
    return this.#include.some((regex) => regex.test(topic)) && !this.#exclude.some((regex) => regex.test(topic));
  }

  newTopic(name: string): NewTopic {
    return { name, ...this.#topic };
  }
}

/** The groups of one connector: the first that matches decides, else the default group. */
export class TopicCreationGroups {
  /** Names in the order of configuration; the default group is the last, unless it is listed itself. */
  readonly names: readonly string[];
  readonly #groups: readonly TopicCreationGroup[];
  readonly #default: TopicCreationGroup;

  private constructor(names: readonly string[], groups: readonly TopicCreationGroup[], fallback: TopicCreationGroup) {
    this.names = names;
    this.#groups = groups;
    this.#default = fallback;
  }

  /** Null when the connector has no `topic.creation.*` key. @throws ConfigException if a key is missing or wrong. */
  static from(connectorConfig: Readonly<Record<string, string>>): TopicCreationGroups | null {
    if (!Object.keys(connectorConfig).some((key) => key.startsWith(prefix))) return null;
    SOURCE_CONNECTOR_CONFIG.parseValue('topic.creation.groups', connectorConfig['topic.creation.groups']);
    const defaults = parsedGroup(defaultGroup, DEFAULT_GROUP_CONFIG, connectorConfig);
    const aliases = aliasesOf(connectorConfig, 'topic.creation.groups');
    const definition = groupConfig(defaults);
    const groups = aliases
      .filter((alias) => alias !== defaultGroup)
      .map((alias) => {
        const config = parsedGroup(alias, definition, connectorConfig);
        const names = { include: config.include.map(topicPattern), exclude: config.exclude.map(topicPattern) };
        return new TopicCreationGroup(alias, names, topicOf(alias, config, connectorConfig));
      });
    const fallback = new TopicCreationGroup(
      defaultGroup,
      { include: [/^/], exclude: [] },
      topicOf(defaultGroup, defaults, connectorConfig),
    );
    return new TopicCreationGroups([...new Set([...aliases, defaultGroup])], groups, fallback);
  }

  groupFor(topic: string): TopicCreationGroup {
    return this.#groups.find((group) => group.matches(topic)) ?? this.#default;
  }
}

/** Parsed under the group's prefix, which messages then show as Kafka Connect's do. */
function parsedGroup<Shape extends object>(
  group: string,
  definition: ConfigDef<Shape>,
  connectorConfig: Readonly<Record<string, string>>,
): Shape {
  const groupPrefix = `${prefix}${group}.`;
  const embedded = new ConfigDef().embed(groupPrefix, { group: 'Topic Creation', startOrder: 1 }, definition);
  return entriesWithPrefix(embedded.parse(connectorConfig) as Record<string, unknown>, groupPrefix) as Shape;
}

/** Any further key of a group is a setting of its topics. */
function topicOf(group: string, numbers: DefaultGroupConfig, connectorConfig: Readonly<Record<string, string>>): Omit<NewTopic, 'name'> {
  const settings = Object.entries(entriesWithPrefix(connectorConfig, `${prefix}${group}.`)).filter(([key]) => !ownKeys.includes(key));
  return { partitions: numbers.partitions, replicationFactor: numbers['replication.factor'], config: Object.fromEntries(settings) };
}
