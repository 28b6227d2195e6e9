import type { Password } from './password.ts';

/** The nine types of a value, as `org.apache.kafka.common.config.ConfigDef.Type`; REST clients see them in upper case. */
export type ConfigType = 'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password';
/** How much a reader has to care about a key; REST clients see it in upper case. */
export type Importance = 'high' | 'medium' | 'low';
/** Hint for a form: how wide the input field should be; REST clients see it in upper case. */
export type Width = 'none' | 'short' | 'medium' | 'long';

/** The TypeScript type of a parsed value. A LONG beyond 2^53 is a `bigint`; a CLASS is the name of a class. */
export interface ConfigTypes {
  boolean: boolean;
  string: string;
  int: number;
  short: number;
  long: number | bigint;
  double: number;
  list: string[];
  class: string;
  password: Password;
}

/** What may stand as a default: a value of the type, its text, or null for "not set". */
export type DefaultValue<T extends ConfigType> = Readonly<ConfigTypes[T]> | string | null;

/** Refuses values that have the right type but are wrong all the same. */
export interface Validator {
  /** @throws ConfigException if the value is refused. */
  ensureValid(name: string, value: unknown): void;
  /** What is allowed, for documentation. */
  toString(): string;
}

/** Suggests values and hides keys that do not apply, given the other values. May throw a ConfigException, which becomes an error of the key. */
export interface Recommender {
  /** Values that make sense now, in parsed form; an empty list means that nothing is known. They never make another value an error. */
  validValues(name: string, parsed: Readonly<Record<string, unknown>>): readonly unknown[];
  /** Whether the key applies at all. */
  visible(name: string, parsed: Readonly<Record<string, unknown>>): boolean;
}

/** Everything about one key but its name. A key without `default` is required. */
export interface ConfigKeyOptions<T extends ConfigType = ConfigType, D = unknown> {
  readonly type: T;
  /** Typed value, or its text; null for "not set". */
  readonly default?: D;
  readonly importance: Importance;
  /** What the key means, as a sentence. */
  readonly doc: string;
  /** Runs after parsing, also on the default and on null. Default: every value of the type is fine. */
  readonly validator?: Validator;
  /** Heading under which a form shows the key. Default: none. */
  readonly group?: string;
  /** Position within the group. Default: -1. */
  readonly orderInGroup?: number;
  /** Default: `none`. */
  readonly width?: Width;
  /** Name that a form shows. Default: the key's name. */
  readonly displayName?: string;
  /** Keys that only make sense together with this one; they are checked after it. */
  readonly dependents?: readonly string[];
  readonly recommender?: Recommender;
  /** Left out of generated documentation. */
  readonly internal?: boolean;
}

/** A key as defined, with every choice made. */
export interface ConfigKey {
  readonly name: string;
  readonly type: ConfigType;
  /** Whether the key has no default. */
  readonly required: boolean;
  /** In parsed form; the property is absent when the key is required. */
  readonly default?: unknown;
  readonly importance: Importance;
  readonly doc: string;
  readonly validator: Validator | null;
  readonly group: string | null;
  readonly orderInGroup: number;
  readonly width: Width;
  readonly displayName: string;
  readonly dependents: readonly string[];
  readonly recommender: Recommender | null;
  readonly internal: boolean;
}
