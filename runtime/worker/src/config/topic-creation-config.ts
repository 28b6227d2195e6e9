import { ConfigException } from '@millrace/api';
import type { NewTopic } from '@millrace/kafka';

const prefix = 'topic.creation.';
const ownKeys: readonly string[] = ['include', 'exclude', 'replication.factor', 'partitions'];

/** How topics of one group are created (KIP-158). */
export class TopicCreationGroup {
  readonly name: string;
  readonly #include: RegExp;
  readonly #exclude: RegExp | null;
  readonly #partitions: number;
  readonly #replicationFactor: number;
  readonly #config: Readonly<Record<string, string>>;

  constructor(name: string, settings: ReadonlyMap<string, string>) {
    this.name = name;
    this.#include = wholeMatch(name, 'include', settings.get('include') ?? '');
    const exclude = settings.get('exclude') ?? '';
    this.#exclude = exclude.trim() === '' ? null : wholeMatch(name, 'exclude', exclude);
    this.#partitions = count(name, 'partitions', settings);
    this.#replicationFactor = count(name, 'replication.factor', settings);
    this.#config = Object.fromEntries([...settings].filter(([key]) => !ownKeys.includes(key)));
  }

  matches(topic: string): boolean {
    return this.#include.test(topic) && !(this.#exclude?.test(topic) ?? false);
  }

  newTopic(name: string): NewTopic {
    return { name, partitions: this.#partitions, replicationFactor: this.#replicationFactor, config: this.#config };
  }
}

/** The groups of one connector: the first that matches decides, else the default group. */
export class TopicCreationGroups {
  readonly #groups: readonly TopicCreationGroup[];
  readonly #default: TopicCreationGroup;

  private constructor(groups: readonly TopicCreationGroup[], defaultGroup: TopicCreationGroup) {
    this.#groups = groups;
    this.#default = defaultGroup;
  }

  /** Null when the connector has no `topic.creation.*` key. @throws ConfigException if a key is missing or wrong. */
  static from(connectorConfig: Readonly<Record<string, string>>): TopicCreationGroups | null {
    if (!Object.keys(connectorConfig).some((key) => key.startsWith(prefix))) return null;
    const defaults = settingsOf('default', connectorConfig);
    const names = (connectorConfig[`${prefix}groups`] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const groups = names.map((name) => new TopicCreationGroup(name, new Map([...defaults, ...settingsOf(name, connectorConfig)])));
    return new TopicCreationGroups(groups, new TopicCreationGroup('default', new Map([...defaults, ['include', '.*'], ['exclude', '']])));
  }

  groupFor(topic: string): TopicCreationGroup {
    return this.#groups.find((group) => group.matches(topic)) ?? this.#default;
  }
}

function settingsOf(group: string, connectorConfig: Readonly<Record<string, string>>): Map<string, string> {
  const groupPrefix = `${prefix}${group}.`;
  const entries = Object.entries(connectorConfig).filter(([key]) => key.startsWith(groupPrefix));
  return new Map(entries.map(([key, value]) => [key.slice(groupPrefix.length), value]));
}

function count(group: string, setting: string, settings: ReadonlyMap<string, string>): number {
  const key = `${prefix}${group}.${setting}`;
  const text = settings.get(setting);
  if (text === undefined)
    throw new ConfigException(`Missing required configuration "${key}" which has no default value.`, { configKey: key });
  const value = Number(text.trim());
  if (!Number.isInteger(value) || (value < 1 && value !== -1)) {
    throw ConfigException.invalidValue(key, text, `must be at least 1, or -1 for the broker's default`);
  }
  return value;
}

/** A list of regular expressions, one of which must match the whole topic name. */
function wholeMatch(group: string, setting: string, list: string): RegExp {
  const parts = list.split(',').flatMap((part) => (part.trim() === '' ? [] : [`(?:${part.trim()})`]));
  try {
    return parts.length === 0 ? /(?!)/ : new RegExp(`^(?:${parts.join('|')})$`, 'u');
  } catch (error) {
    throw ConfigException.invalidValue(`${prefix}${group}.${setting}`, list, `not a regular expression: ${(error as Error).message}`);
  }
}
