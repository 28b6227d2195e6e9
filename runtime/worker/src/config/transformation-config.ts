import { ConfigException, parseType } from '@millrace/api';
import { aliasesOf } from './alias-list.ts';
import { entriesWithPrefix } from './entries-with-prefix.ts';

export { converterConfig } from './converter-config.ts';

type Props = Readonly<Record<string, string>>;

/** A predicate as a connector's configuration sets it up. */
export interface PredicateConfig {
  readonly alias: string;
  /** Class or alias of the plug-in. */
  readonly type: string;
  /** Everything under the prefix of the alias, for `configure`. */
  readonly config: Props;
}

/** A transformation as a connector's configuration sets it up. */
export interface TransformationConfig extends PredicateConfig {
  /** Alias of the predicate that decides on each record; null to transform all. */
  readonly predicate: string | null;
  /** Transform where the predicate does not hold. */
  readonly negate: boolean;
}

/**
 * The transformations of a connector, in their order.
 * @throws ConfigException if one has no type, or refers to a predicate that is not there.
 */
export function transformationConfigs(props: Props): TransformationConfig[] {
  return aliasesOf(props, 'transforms').map((alias) => {
    const prefix = `transforms.${alias}.`;
    const predicate = props[`${prefix}predicate`]?.trim() ?? null;
    if (predicate !== null && props[`predicates.${predicate}.type`] === undefined) {
      throw new ConfigException(
        `Transformation ${alias} refers to the predicate '${predicate}', which is not defined: set predicates.${predicate}.type`,
        { configKey: `${prefix}predicate` },
      );
    }
    const negate = parseType(`${prefix}negate`, props[`${prefix}negate`] ?? 'false', 'boolean') as boolean;
    if (predicate === null && props[`${prefix}negate`] !== undefined) throw negateWithoutPredicate(prefix);
    return { alias, type: typeOf(props, prefix), predicate, negate, config: entriesWithPrefix(props, prefix) };
  });
}

/**
 * The predicates of a connector: those that `predicates` lists and those that a transformation refers to.
 * @throws ConfigException if one has no type.
 */
export function predicateConfigs(props: Props): PredicateConfig[] {
  const referred = transformationConfigs(props).flatMap(({ predicate }) => (predicate === null ? [] : [predicate]));
  return [...new Set([...aliasesOf(props, 'predicates'), ...referred])].map((alias) => {
    const prefix = `predicates.${alias}.`;
    return { alias, type: typeOf(props, prefix), config: entriesWithPrefix(props, prefix) };
  });
}

/** The error about `negate` without anything to negate, in the wording of Kafka Connect. */
export function negateWithoutPredicate(prefix: string): ConfigException {
  return new ConfigException(
    `Config '${prefix}negate' was provided but there is no config '${prefix}predicate' defining a predicate to be negated.`,
    { configKey: `${prefix}negate` },
  );
}

function typeOf(props: Props, prefix: string): string {
  const type = props[`${prefix}type`]?.trim();
  if (type === undefined) {
    throw new ConfigException(`Missing required configuration "${prefix}type" which has no default value.`, { configKey: `${prefix}type` });
  }
  return type;
}
