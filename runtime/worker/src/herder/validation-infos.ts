import { convertToString, javaHashOrder, type ConfigKey, type ConfigType, type ConfigValue } from '@millrace/api';
import type { ConfigInfo, ConfigInfos, ConfigKeyInfo, ConfigValueInfo } from './config-infos.ts';

/** A key as REST shows it, under a prefix. */
export function keyInfo(key: ConfigKey, prefix = ''): ConfigKeyInfo {
  return {
    name: prefix + key.name,
    type: key.type.toUpperCase(),
    required: key.required,
    default_value: key.required ? null : convertToString(key.default, key.type),
    importance: key.importance.toUpperCase(),
    documentation: key.doc,
    group: key.group,
    order_in_group: key.orderInGroup,
    width: key.width.toUpperCase(),
    display_name: key.displayName,
    dependents: key.dependents.map((dependent) => prefix + dependent),
  };
}

/** A value as REST shows it; without a type as it is. */
function valueInfo(value: ConfigValue, type: ConfigType | null, prefix = ''): ConfigValueInfo {
  const itemType = type === 'list' ? 'string' : type;
  return {
    name: prefix + value.name,
    value: convertToString(value.value, type),
    recommended_values: value.recommendedValues.map((item) => convertToString(item, itemType) ?? 'null'),
    errors: [...value.errorMessages],
    visible: value.visible,
  };
}

/** Values without a definition first, then every defined key in its order; a later value of a key replaces an earlier one. */
export function resultOf(
  name: string,
  keys: ReadonlyMap<string, ConfigKey>,
  values: readonly ConfigValue[],
  groups: readonly string[],
): ConfigInfos {
  const byName = new Map(values.map((value) => [value.name, value]));
  const undefinedValues = values.filter((value) => !keys.has(value.name));
  const configs: ConfigInfo[] = undefinedValues.map((value) => ({ definition: null, value: valueInfo(value, null) }));
  for (const key of keys.values()) {
    const value = byName.get(key.name) ?? { name: key.name, value: null, recommendedValues: [], errorMessages: [], visible: true };
    configs.push({ definition: keyInfo(key), value: valueInfo(value, key.type) });
  }
  return { name, error_count: configs.reduce((sum, { value }) => sum + value.errors.length, 0), groups, configs };
}

/** The same for keys of a part, such as a converter, under its prefix; in the order of a Java hash map, as clients know it. */
export function prefixedResult(keys: ReadonlyMap<string, ConfigKey>, values: readonly ConfigValue[], prefix: string): ConfigInfos {
  const byName = new Map(values.map((value) => [value.name, value]));
  const groups = new Set<string>();
  const configs = javaHashOrder(byName.keys()).map((name): ConfigInfo => {
    const key = keys.get(name);
    if (typeof key?.group === 'string') groups.add(key.group);
    return {
      definition: key === undefined ? null : keyInfo(key, prefix),
      value: valueInfo(byName.get(name) as ConfigValue, key?.type ?? null, prefix),
    };
  });
  return { name: '', error_count: configs.filter(({ value }) => value.errors.length > 0).length, groups: [...groups], configs };
}

/** All parts as one answer. */
export function merged(first: ConfigInfos, others: readonly ConfigInfos[]): ConfigInfos {
  const all = [first, ...others];
  return {
    name: first.name,
    error_count: all.reduce((sum, part) => sum + part.error_count, 0),
    groups: [...new Set(all.flatMap(({ groups }) => groups))],
    configs: all.flatMap(({ configs }) => configs),
  };
}
