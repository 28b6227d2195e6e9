import { ConfigException, type Properties } from '@millrace/api';
import { CONFIG } from './definition.ts';

const PREFIX = 'topic.override.';

/** Keys that an override cannot change. */
const FOR_ALL = new Set([
  ...CONFIG.names.filter((name) => /^(?:connection|server\.api|csfle|provider|mongo\.(?:retry|write))/.test(name)),
  'topics',
]);

interface Override {
  readonly topic: string;
  readonly key: string;
}

/** The configuration with what `topic.override.<topic>.<key>` says of a topic. Names of topics may have dots, also with `topics.regex`. */
export function withOverrides(props: Properties, topic: string): Properties {
  const own = `${PREFIX}${topic}.`;
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries(props)) if (value !== undefined && !name.startsWith(PREFIX)) merged[name] = value;
  for (const [name, value] of Object.entries(props)) {
    const key = name.startsWith(own) ? name.slice(own.length) : '';
    if (value !== undefined && CONFIG.configKeys.has(key)) merged[key] = value;
  }
  return merged;
}

/** Topics that have overrides. @throws ConfigException if an override is of no key, or of one that counts for all topics */
export function overriddenTopics(props: Properties): string[] {
  const names = Object.keys(props).filter((name) => name.startsWith(PREFIX));
  return [...new Set(names.map((name) => overrideOf(name, props[name]).topic))];
}

/** An override taken apart: the longest key that the name ends with. */
function overrideOf(name: string, value: unknown): Override {
  const rest = name.slice(PREFIX.length);
  const keys = CONFIG.names.filter((key) => rest.endsWith(`.${key}`)).sort((left, right) => right.length - left.length);
  const [key] = keys;
  if (key === undefined || rest.length <= key.length + 1) {
    throw ConfigException.invalidValue(name, value, `it must be ${PREFIX}<topic>.<key> with a key of this connector`);
  }
  if (FOR_ALL.has(key)) throw ConfigException.invalidValue(name, value, `${key} counts for all topics and cannot be overridden`);
  return { topic: rest.slice(0, -key.length - 1), key };
}
