import type { ConfigInfo, ConfigInfos } from '@millrace/worker';
import { closest } from './closest.ts';
import { firstSentence } from './first-sentence.ts';

/** One thing that is wrong, or may be, with a key of a configuration. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly key: string;
  /** Null if there is none, `[hidden]` for a secret. */
  readonly value: string | null;
  readonly reason: string;
  /** What to do about it. */
  readonly advice: string | null;
}

const hidden = '[hidden]';
/** Keys that no definition lists: settings of Kafka clients, and those that belong to a plug-in which is named elsewhere. */
const openPrefixes = [
  'producer.override.',
  'consumer.override.',
  'admin.override.',
  'key.converter.',
  'value.converter.',
  'header.converter.',
];

export interface FindingOptions {
  /** Whether `${provider:key}` was replaced before the values were checked. */
  readonly hasValuesOfReferences: boolean;
}

/** `${provider:path:key}`, which a worker replaces. */
const reference = /\$\{[^}:]+:[^}]+\}/;

/** What a validation says, in the order of the answer: errors of keys, then keys that nobody knows. */
export function findings(infos: ConfigInfos, config: Readonly<Record<string, string>>, options: FindingOptions): Finding[] {
  const errors = infos.configs.flatMap((info) => {
    const given = config[info.value.name];
    const isOpen = !options.hasValuesOfReferences && given !== undefined && reference.test(given);
    const found = errorsOf(info, given);
    return isOpen && found.length > 0 ? [openReference(info.value.name, given)] : found;
  });
  return [...errors, ...unknownKeys(infos, config)];
}

/** That only a worker can tell whether the value behind a reference is right. */
function openReference(key: string, value: string): Finding {
  const advice = 'let the worker check: millrace validate --live';
  return { severity: 'warning', key, value, reason: 'the value behind the reference is not known here', advice };
}

function errorsOf({ definition, value }: ConfigInfo, given: string | undefined): Finding[] {
  const isHidden = definition?.type === 'PASSWORD' && given !== undefined;
  const shown = isHidden ? hidden : (given ?? value.value);
  // A text that is no value of its type counts as null, of which Kafka Connect complains once more.
  const isConsequence = (reason: string): boolean => given !== undefined && reason.startsWith('Invalid value null for');
  const own = value.errors.filter((reason) => !isConsequence(reason));
  const reasons = own.length > 0 ? own : value.errors;
  const advice = adviceOf(definition, value);
  return reasons.map((reason) => ({ severity: 'error', key: value.name, value: shown, reason, advice }));
}

function adviceOf(definition: ConfigInfo['definition'], value: ConfigInfo['value']): string | null {
  const recommended = value.recommended_values;
  if (recommended.length > 0) {
    const near = value.value === null ? null : closest(value.value, recommended);
    return near === null ? `one of ${recommended.slice(0, 8).join(', ')}${recommended.length > 8 ? ', …' : ''}` : `did you mean ${near}?`;
  }
  if (definition === null) return null;
  const meaning = `${definition.type.toLowerCase()}: ${firstSentence(definition.documentation)}`;
  return definition.default_value === null || definition.default_value === ''
    ? meaning
    : `${meaning} (default ${definition.default_value})`;
}

function unknownKeys(infos: ConfigInfos, config: Readonly<Record<string, string>>): Finding[] {
  const known = infos.configs.filter(({ definition }) => definition !== null).map(({ value }) => value.name);
  const isKnown = new Set(known);
  const plugin = infos.configs.find(({ value }) => value.name === 'connector.class')?.value.value ?? infos.name;
  const groups = ['default', ...(config['topic.creation.groups'] ?? '').split(',')].map((group) => `topic.creation.${group.trim()}.`);
  const open = [...openPrefixes, ...groups];
  return Object.keys(config)
    .filter((key) => !isKnown.has(key) && !open.some((prefix) => key.startsWith(prefix)))
    .map((key) => {
      const near = closest(key, known);
      const advice = near === null ? `remove it, or list the keys with millrace describe plugin ${plugin}` : `did you mean ${near}?`;
      return { severity: 'warning', key, value: null, reason: 'nothing reads this key', advice };
    });
}
