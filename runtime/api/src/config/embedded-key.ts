import type { ConfigKey, Recommender, Validator } from './config-key.ts';

/** Where the keys of an embedded definition are shown. */
export interface EmbedOptions {
  /** Group of the embedded keys; a key that has a group of its own is in `group: own`. */
  readonly group: string;
  /** Position of the first embedded key in the group; the others follow. */
  readonly startOrder: number;
}

/** A key under a prefix, whose validator and recommender still see names without it. */
export function embeddedKey(key: ConfigKey, prefix: string, { group, startOrder }: EmbedOptions): ConfigKey {
  return {
    ...key,
    name: prefix + key.name,
    group: key.group === null ? group : `${group}: ${key.group}`,
    orderInGroup: startOrder,
    validator: key.validator && embeddedValidator(key.validator, prefix),
    recommender: key.recommender && embeddedRecommender(key.recommender, prefix),
    dependents: key.dependents.map((dependent) => prefix + dependent),
  };
}

function embeddedValidator(validator: Validator, prefix: string): Validator {
  return {
    ensureValid: (name, value) => validator.ensureValid(name.slice(prefix.length), value),
    toString: () => validator.toString(),
  };
}

function embeddedRecommender(recommender: Recommender, prefix: string): Recommender {
  const unprefixed = (parsed: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(parsed)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  return {
    validValues: (name, parsed) => recommender.validValues(name.slice(prefix.length), unprefixed(parsed)),
    visible: (name, parsed) => recommender.visible(name.slice(prefix.length), unprefixed(parsed)),
  };
}
