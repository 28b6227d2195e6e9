import { ConfigException } from '../errors/exceptions.ts';
import type { Config } from './config-value.ts';
import type { Password } from './password.ts';

export type ConfigType = 'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password';
export type Importance = 'high' | 'medium' | 'low';
export type Width = 'none' | 'short' | 'medium' | 'long';

/** The TypeScript type of a parsed value. A LONG beyond 2^53 is a `bigint`. */
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

/** Refuses values that have the right type but are wrong all the same. */
export interface Validator {
  /** @throws ConfigException if the value is refused. */
  ensureValid(name: string, value: unknown): void;
  /** What is allowed, for documentation. */
  toString(): string;
}

/** Suggests values and hides keys that do not apply, given the other values. */
export interface Recommender {
  validValues(name: string, parsed: Readonly<Record<string, unknown>>): unknown[];
  visible(name: string, parsed: Readonly<Record<string, unknown>>): boolean;
}

/** Everything about one key but its name. A key without `default` is required. */
export interface ConfigKeyOptions<T extends ConfigType = ConfigType, D = unknown> {
  readonly type: T;
  /** Typed value, or its text; null for "not set". */
  readonly default?: D;
  readonly importance: Importance;
  readonly doc: string;
  readonly validator?: Validator;
  readonly group?: string;
  readonly orderInGroup?: number;
  readonly width?: Width;
  readonly displayName?: string;
  readonly dependents?: readonly string[];
  readonly recommender?: Recommender;
  /** Left out of generated documentation. */
  readonly internal?: boolean;
}

/** A key as defined. */
export interface ConfigKey extends ConfigKeyOptions {
  readonly name: string;
}

type ParsedValue<T extends ConfigType, D> = D extends null ? ConfigTypes[T] | null : ConfigTypes[T];

// STUB of the seam, to be replaced by the implementation.
export class ConfigDef<Shape extends object = Record<never, never>> {
  readonly configKeys: Map<string, ConfigKey> = new Map<string, ConfigKey>();
  declare readonly shape: Shape;

  define<const K extends string, const T extends ConfigType, const D = never>(
    name: K,
    options: ConfigKeyOptions<T, D>,
  ): ConfigDef<Shape & Record<K, ParsedValue<T, D>>> {
    this.configKeys.set(name, { name, ...options } as ConfigKey);
    return this as never;
  }

  parse(props: Readonly<Record<string, unknown>>): Shape {
    const parsed: Record<string, unknown> = {};
    for (const [name, key] of this.configKeys) {
      if (!(name in props) && !('default' in key)) {
        throw new ConfigException(`Missing required configuration "${name}" which has no default value.`);
      }
      parsed[name] = name in props ? props[name] : key.default;
    }
    return parsed as Shape;
  }

  validate(_props: Readonly<Record<string, string | null>>): Config {
    return { configValues: [] };
  }
}

/** The parsed values of a definition: `type MyConfig = Parsed<typeof CONFIG>`. */
export type Parsed<Definition> = Definition extends ConfigDef<infer Shape> ? { readonly [K in keyof Shape]: Shape[K] } : never;
