import { ConfigException } from '../errors/exceptions.ts';
import type { ClassResolver } from './class-resolver.ts';
import type { ConfigKey } from './config-key.ts';
import type { ConfigValue } from './config-value.ts';
import { missingValue } from './missing-value.ts';
import { parseType } from './parse-type.ts';

type Keys = ReadonlyMap<string, ConfigKey>;

/** What is to be said about each key, by name, in the order of definition. Everything but a ConfigException passes through. */
export function validateKeys(keys: Keys, props: Readonly<Record<string, unknown>>, classResolver: ClassResolver): Map<string, ConfigValue> {
  const values = new Map<string, ConfigValue>();
  for (const name of keys.keys()) values.set(name, { name, value: null, recommendedValues: [], errorMessages: [], visible: true });
  const parsed: Record<string, unknown> = {};
  const order = parentsFirst(keys);
  for (const key of order) {
    const value = values.get(key.name) as ConfigValue;
    value.value = checkedValue(key, props, value.errorMessages, classResolver);
    parsed[key.name] = value.value;
  }
  for (const key of order) recommend(key, parsed, values.get(key.name) as ConfigValue);
  return values;
}

/** The keys, each after one that names it as a dependent. Keys that depend on each other in a circle come last. */
function parentsFirst(keys: Keys): ConfigKey[] {
  const children = new Set([...keys.values()].flatMap(({ dependents }) => dependents));
  const ordered = new Set<ConfigKey>();
  const visit = (name: string): void => {
    const key = keys.get(name);
    if (key === undefined || ordered.has(key)) return;
    ordered.add(key);
    for (const dependent of key.dependents) visit(dependent);
  };
  for (const name of keys.keys()) if (!children.has(name)) visit(name);
  for (const name of keys.keys()) visit(name);
  return [...ordered];
}

function checkedValue(key: ConfigKey, props: Readonly<Record<string, unknown>>, errors: string[], classResolver: ClassResolver): unknown {
  const { name, type, validator } = key;
  const text = Object.hasOwn(props, name) ? props[name] : undefined;
  let value: unknown = null;
  collect(errors, () => {
    if (text === undefined && key.required) throw missingValue(name);
    value = text === undefined ? key.default : parseType(name, text, type, classResolver);
  });
  // Also on the null of a value that could not be parsed: clients expect the second message.
  collect(errors, () => validator?.ensureValid(name, value));
  return value;
}

function recommend(key: ConfigKey, parsed: Readonly<Record<string, unknown>>, value: ConfigValue): void {
  const { recommender } = key;
  if (recommender === null) return;
  collect(value.errorMessages, () => {
    value.recommendedValues = [...recommender.validValues(key.name, parsed)];
    value.visible = recommender.visible(key.name, parsed);
  });
}

function collect(errors: string[], check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ConfigException)) throw error;
    errors.push(error.message);
  }
}
