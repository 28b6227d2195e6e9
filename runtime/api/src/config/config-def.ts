import { ConfigException } from '../errors/exceptions.ts';
import type { Logger } from '../plugin/logger.ts';
import { anyClass, type ClassResolver } from './class-resolver.ts';
import type { ConfigKey, ConfigKeyOptions, ConfigType, ConfigTypes, DefaultValue } from './config-key.ts';
import type { Config, ConfigValue } from './config-value.ts';
import { embeddedKey, type EmbedOptions } from './embedded-key.ts';
import { javaHashOrder } from './java-hash-order.ts';
import { missingValue } from './missing-value.ts';
import { parseType } from './parse-type.ts';
import { validateKeys } from './validate-keys.ts';
import { isValidList } from './validators/valid-list.ts';

/** The type of a key's parsed value: nullable when its default is null. */
type ParsedValue<T extends ConfigType, D> = [D] extends [never] ? ConfigTypes[T] : null extends D ? ConfigTypes[T] | null : ConfigTypes[T];

/** The keys of an embedded definition, under their prefix. */
type Prefixed<P extends string, Inner> = { [K in keyof Inner as K extends string ? `${P}${K}` : never]: Inner[K] };

/** What parsing needs besides the values. */
export interface ParseOptions {
  /** Loads the values of CLASS keys. Default: the definition's own. */
  readonly classResolver?: ClassResolver;
  /** Told when repeated list items are dropped. */
  readonly log?: Logger;
}

/**
 * The keys that a plug-in takes, as `org.apache.kafka.common.config.ConfigDef`: one definition gives the parsed and typed values, the
 * answer of the REST API and the table in the README.
 *
 * ```ts
 * const CONFIG = new ConfigDef()
 *   .define('topic', { type: 'string', importance: 'high', doc: 'Topic to write to.' })
 *   .define('batch.size', { type: 'int', default: 2000, importance: 'low', doc: 'Records a batch.' });
 * const size: number = CONFIG.parse(props)['batch.size'];
 * ```
 */
export class ConfigDef<Shape extends object = object> {
  /** Exists for the compiler only. */
  declare readonly shape: Shape;
  readonly #keys = new Map<string, ConfigKey>();
  readonly #classResolver: ClassResolver;

  /** `classResolver` loads the values and defaults of CLASS keys; without one every name but the empty one is taken. */
  constructor(options: { readonly classResolver?: ClassResolver } = {}) {
    this.#classResolver = options.classResolver ?? anyClass;
  }

  /** The keys by name, in the order of their definition. */
  get configKeys(): ReadonlyMap<string, ConfigKey> {
    return this.#keys;
  }

  /** Names of the keys, in the order of their definition. */
  get names(): string[] {
    return [...this.#keys.keys()];
  }

  /** Names of the groups, in the order in which keys first used them. */
  get groups(): string[] {
    return [...new Set([...this.#keys.values()].flatMap(({ group }) => (group === null ? [] : [group])))];
  }

  /** Parsed defaults by name, of the keys that have one. */
  get defaultValues(): Readonly<Record<string, unknown>> {
    const optional = [...this.#keys.values()].filter(({ required }) => !required);
    return Object.fromEntries(optional.map((key) => [key.name, key.default]));
  }

  /**
   * Adds a key.
   * @throws ConfigException if the name is taken or the default is not a valid value.
   */
  define<const K extends string, const T extends ConfigType, const D extends DefaultValue<T> = never>(
    name: K,
    options: ConfigKeyOptions<T, D>,
  ): ConfigDef<Shape & Record<K, ParsedValue<T, D>>> {
    const required = options.default === undefined;
    const key: ConfigKey = {
      name,
      type: options.type,
      required,
      ...(required ? {} : { default: parseType(name, options.default, options.type, this.#classResolver) }),
      importance: options.importance,
      doc: options.doc,
      validator: options.validator ?? null,
      group: options.group ?? null,
      orderInGroup: options.orderInGroup ?? -1,
      width: options.width ?? 'none',
      displayName: options.displayName ?? name,
      dependents: options.dependents ?? [],
      recommender: options.recommender ?? null,
      internal: options.internal ?? false,
    };
    if (!required) key.validator?.ensureValid(name, key.default);
    this.#add(key);
    return this as never;
  }

  /**
   * Adds all keys of another definition under a prefix, in the order of {@link sortedKeys}. Validators and recommenders of those keys
   * still see names without the prefix, so their messages do not show it: REST clients know them that way.
   * @throws ConfigException if a name is taken.
   */
  embed<const P extends string, Inner extends object>(
    prefix: P,
    options: EmbedOptions,
    definition: ConfigDef<Inner>,
  ): ConfigDef<Shape & Prefixed<P, Inner>> {
    let orderInGroup = options.startOrder;
    for (const key of definition.sortedKeys()) {
      this.#add(embeddedKey(key, prefix, { group: options.group, startOrder: orderInGroup }));
      orderInGroup += 1;
    }
    return this as never;
  }

  /** The keys as documentation lists them: by group, order in the group, required before optional, importance, name. */
  sortedKeys(): ConfigKey[] {
    const groups = this.groups;
    const rank = ({ group, orderInGroup, required, importance }: ConfigKey): number[] => [
      group === null ? -1 : groups.indexOf(group),
      orderInGroup,
      required ? 0 : 1,
      importances.indexOf(importance),
    ];
    return [...this.#keys.values()].sort((left, right) => {
      const [leftRank, rightRank] = [rank(left), rank(right)];
      const index = leftRank.findIndex((part, at) => part !== rightRank[at]);
      if (index >= 0) return (leftRank[index] ?? 0) - (rightRank[index] ?? 0);
      return left.name < right.name ? -1 : 1;
    });
  }

  /**
   * The values of all keys: given ones parsed, others by default, all validated. Keys that are not defined are ignored. A key that is
   * given as null is null, even when it is required, unless its validator refuses that. Repeated items of a {@link ValidList} are dropped.
   * @throws ConfigException on the first value that is missing, malformed or refused.
   */
  parse(props: Readonly<Record<string, unknown>>, options: ParseOptions = {}): Shape {
    const unknown = this.#undefinedDependents();
    if (unknown.length > 0) {
      throw new ConfigException(`Some configurations in are referred in the dependents, but not defined: ${unknown.join()}`);
    }
    const parsed: Record<string, unknown> = {};
    for (const key of this.#keys.values()) parsed[key.name] = this.#parseKey(key, given(props, key.name), options);
    return parsed as Shape;
  }

  /**
   * The value of one key; undefined stands for a key that is not given.
   * @throws ConfigException as {@link parse}, or if there is no such key.
   */
  parseValue<K extends keyof Shape & string>(name: K, value: unknown, options: ParseOptions = {}): Shape[K] {
    const key = this.#keys.get(name);
    if (key === undefined) throw new ConfigException(`Configuration ${name} is not defined.`, { configKey: name });
    return this.#parseKey(key, value, options) as Shape[K];
  }

  /** Checks every key and says all that is wrong, suggested or hidden, in the order of the definition. Never throws a ConfigException. */
  validate(props: Readonly<Record<string, unknown>>, options: ParseOptions = {}): Config {
    return { configValues: [...this.validateAll(props, options).values()] };
  }

  /**
   * As {@link validate}, by name. Keys are checked after those that name them as dependents; a dependent that is not defined has
   * an entry with an error.
   */
  validateAll(props: Readonly<Record<string, unknown>>, options: ParseOptions = {}): Map<string, ConfigValue> {
    const classResolver = options.classResolver ?? this.#classResolver;
    const values = validateKeys(this.#keys, props, classResolver);
    for (const name of this.#undefinedDependents()) {
      const message = `${name} is referred in the dependents, but not defined.`;
      values.set(name, { name, value: null, recommendedValues: [], errorMessages: [message], visible: false });
    }
    return values;
  }

  #add(key: ConfigKey): void {
    if (this.#keys.has(key.name)) throw new ConfigException(`Configuration ${key.name} is defined twice.`, { configKey: key.name });
    this.#keys.set(key.name, Object.freeze(key));
  }

  #undefinedDependents(): string[] {
    const names = [...this.#keys.values()].flatMap(({ dependents }) => dependents);
    return javaHashOrder(names.filter((name) => !this.#keys.has(name)));
  }

  #parseKey(key: ConfigKey, value: unknown, { classResolver = this.#classResolver, log }: ParseOptions): unknown {
    if (value === undefined && key.required) throw missingValue(key.name);
    let parsed = value === undefined ? copied(key.default) : parseType(key.name, value, key.type, classResolver);
    if (isValidList(key.validator) && Array.isArray(parsed)) {
      const distinct = [...new Set<unknown>(parsed)];
      if (distinct.length < parsed.length) log?.warn(`Configuration ${key.name} repeats items; the repetitions are ignored`);
      parsed = distinct;
    }
    key.validator?.ensureValid(key.name, parsed);
    return parsed;
  }
}

const importances = ['high', 'medium', 'low'];

/** A value of its own for each caller, who may change a list. */
function copied(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as unknown[])] : value;
}

function given(props: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(props, name) ? props[name] : undefined;
}

/** The parsed values of a definition: `type MyConfig = Parsed<typeof CONFIG>`. */
export type Parsed<Definition> = Definition extends ConfigDef<infer Shape> ? { readonly [K in keyof Shape]: Shape[K] } : never;
