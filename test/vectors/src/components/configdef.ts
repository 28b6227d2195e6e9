/** `configdef.jsonl`: parsing, validators and definitions. */

import {
  CaseInsensitiveValidString,
  CompositeValidator,
  ConfigDef,
  ConfigException,
  type ConfigKey,
  type ConfigType,
  type Configurable,
  convertToString,
  LambdaValidator,
  ListSize,
  NonEmptyListValidator,
  NonEmptyString,
  NonEmptyStringWithoutControlChars,
  NonNullValidator,
  parseType,
  Range,
  type Recommender,
  TypedNumber,
  ValidList,
  type Validator,
  ValidString,
} from '@millrace/api';
import { converterPlugins } from '@millrace/converters';
import { RegexRouter, transformPlugins } from '@millrace/transforms';
import { decodeInt64, decodeValue, encodeValue } from '../codec.ts';
import { type Components, NotYet, type VectorCase } from '../component.ts';

type Json = Readonly<Record<string, unknown>>;

interface EncodedKey {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
  readonly validator?: Json;
  readonly dependents?: readonly string[];
  readonly recommender?: { readonly values: readonly unknown[]; readonly visibleIfKey: string | null; readonly visibleIfEquals: unknown };
}

/** Stands for a `java.lang.Class`. Messages show the name of the constructor. */
class JavaClass {
  static readonly name = 'java.lang.Class';
  readonly #className: string;

  constructor(className: string) {
    this.#className = className;
  }

  toString(): string {
    return `class ${this.#className}`;
  }
}

/** Stands for a `java.lang.Character`. */
class JavaCharacter {
  static readonly name = 'java.lang.Character';
  readonly #char: string;

  constructor(char: string) {
    this.#char = char;
  }

  toString(): string {
    return this.#char;
  }
}

/** The vectors ask for classes of the JDK, and for names that are none. */
function classResolver(name: string): string | null {
  return /^java\.(?:lang|util)\.[A-Z][\w$]*$/.test(name) ? name : null;
}

function typeOf(encoded: unknown): ConfigType {
  return (encoded as string).toLowerCase() as ConfigType;
}

/** V → value for a key of this type. Unlike a plain number, a TypedNumber is of one class only. */
function decode(encoded: unknown, type: ConfigType | null): unknown {
  if (typeof encoded !== 'object' || encoded === null) return decodeValue(encoded, null);
  const [kind, content] = Object.entries(encoded)[0] as [string, unknown];
  switch (kind) {
    case 'i64':
      return new TypedNumber('int64', decodeInt64(content as string));
    case 'class':
      return type === 'class' ? content : new JavaClass(content as string);
    case 'char':
      return new JavaCharacter(content as string);
    case 'arr':
      return (content as unknown[]).map((item) => decode(item, null));
    default:
      return decodeValue(encoded, null);
  }
}

const numberKeys: Readonly<Partial<Record<ConfigType, string>>> = { short: 'i16', int: 'i32', long: 'i64', double: 'f64' };

/** Value of a key of this type → V. */
function encode(value: unknown, type: ConfigType | null): unknown {
  if (value === null || value === undefined || type === null) return encodeValue(value, null);
  if (type === 'class') return { class: value };
  const numberKey = numberKeys[type];
  if (numberKey === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) return encodeValue(value, null);
  return { [numberKey]: Object.is(value, -0) ? '-0.0' : String(value) };
}

function decodeValidator(encoded: Json): Validator {
  const values = (encoded['values'] ?? []) as string[];
  switch (encoded['kind']) {
    case 'range': {
      const min = Number(encoded['min']);
      return encoded['max'] === null ? Range.atLeast(min) : Range.between(min, Number(encoded['max']));
    }
    case 'validString':
      return ValidString.in(...values);
    case 'validList': {
      const emptyAllowed = encoded['emptyAllowed'] !== false;
      return values.length === 0
        ? ValidList.anyNonDuplicateValues(emptyAllowed, encoded['nullAllowed'] === true)
        : ValidList.in(emptyAllowed, ...values);
    }
    case 'caseInsensitiveValidString':
      return CaseInsensitiveValidString.in(...values);
    case 'listSize':
      return ListSize.atMostOfSize(encoded['max'] as number);
    case 'composite':
      return CompositeValidator.of(...(encoded['of'] as Json[]).map(decodeValidator));
    case 'lambda':
      return LambdaValidator.with(atMostThreeCharacters, () => encoded['text'] as string);
    default:
      return plainValidator(encoded['kind']);
  }
}

function plainValidator(kind: unknown): Validator {
  switch (kind) {
    case 'nonEmptyString':
      return new NonEmptyString();
    case 'nonNull':
      return new NonNullValidator();
    case 'nonEmptyStringWithoutControlChars':
      return new NonEmptyStringWithoutControlChars();
    case 'nonEmptyList':
      return new NonEmptyListValidator();
    case 'regex':
      return javaRegex();
    default:
      throw new NotYet(`validator ${String(kind)}`);
  }
}

/** The validator that the transformations use: it reads Java's dialect. */
function javaRegex(): Validator {
  const validator = new RegexRouter().config().configKeys.get('regex')?.validator;
  if (!validator) throw new NotYet('validator regex');
  return validator;
}

/** The one rule that the vectors write in words. */
function atMostThreeCharacters(name: string, value: unknown): void {
  const text = convertToString(value, null);
  if (text !== null && text.length > 3) throw ConfigException.invalidValue(name, text, 'too long');
}

function decodeRecommender(encoded: NonNullable<EncodedKey['recommender']>, type: ConfigType): Recommender {
  return {
    validValues: () => encoded.values.map((value) => parseType('recommended', decode(value, type), type)),
    visible: (_name, parsed) => encoded.visibleIfKey === null || parsed[encoded.visibleIfKey] === encoded.visibleIfEquals,
  };
}

function decodeDefinition(testCase: VectorCase): ConfigDef {
  const definition = new ConfigDef({ classResolver });
  for (const { name, type: encodedType, dependents, validator, recommender, ...rest } of testCase.config as EncodedKey[]) {
    const type = typeOf(encodedType);
    definition.define(name, {
      type,
      ...('default' in rest ? { default: decode(rest.default, type) as string | null } : {}),
      importance: 'high',
      doc: '',
      ...(validator === undefined ? {} : { validator: decodeValidator(validator) }),
      ...(dependents === undefined ? {} : { dependents }),
      ...(recommender === undefined ? {} : { recommender: decodeRecommender(recommender, type) }),
    });
  }
  return definition;
}

function decodeProps(testCase: VectorCase, definition: ConfigDef): Record<string, unknown> {
  const entries = Object.entries(testCase.input as Json);
  return Object.fromEntries(entries.map(([name, value]) => [name, decode(value, definition.configKeys.get(name)?.type ?? null)]));
}

function encodeByName(values: object, definition: ConfigDef): unknown {
  const entries = Object.entries(values) as [string, unknown][];
  return Object.fromEntries(entries.map(([name, value]) => [name, encode(value, definition.configKeys.get(name)?.type ?? null)]));
}

/** Where messages name a class of a collection: the vectors were made with `List.of` and `Map.of`, which are classes of their own. */
function parsedLikeJava(testCase: VectorCase): unknown {
  const { type: encodedType, name } = testCase.config as { readonly type: string; readonly name: string };
  const type = typeOf(encodedType);
  try {
    return encode(parseType(name, decode(testCase.input, type), type, classResolver), type);
  } catch (error) {
    if (!(error instanceof ConfigException)) throw error;
    const items = Object.values(testCase.input ?? {})[0] as { readonly length?: number };
    const message = error.message
      .replace(
        /java\.util\.ArrayList$/,
        () => `java.util.ImmutableCollections$${items.length === 1 || items.length === 2 ? 'List12' : 'ListN'}`,
      )
      .replace(/java\.util\.HashMap$/, () => `java.util.ImmutableCollections$${items.length === 1 ? 'Map1' : 'MapN'}`);
    throw new ConfigException(message, { cause: error });
  }
}

function validated(testCase: VectorCase): unknown {
  const definition = decodeDefinition(testCase);
  const { configValues } = definition.validate(decodeProps(testCase, definition));
  return configValues
    .map(({ name, value, errorMessages, recommendedValues, visible }) => {
      const type = definition.configKeys.get(name)?.type ?? null;
      return {
        name,
        value: encode(value, type),
        errors: errorMessages,
        recommended: recommendedValues.map((item) => encode(item, type)),
        visible,
      };
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function pluginConfig(testCase: VectorCase): unknown {
  const { class: className } = testCase.config as { readonly class: string };
  const plugins: Readonly<Record<string, new () => Partial<Configurable>>> = { ...converterPlugins, ...transformPlugins };
  const plugin = plugins[className];
  if (plugin === undefined) throw new NotYet(className);
  const keys = new plugin().config?.().configKeys.values() ?? [];
  return Array.from(keys, encodeKey);
}

function encodeKey(key: ConfigKey): unknown {
  return {
    name: key.name,
    type: key.type.toUpperCase(),
    ...(key.required ? {} : { default: encode(key.default, key.type) }),
    ...(key.validator === null ? {} : { validator: key.validator.toString() }),
    importance: key.importance.toUpperCase(),
    group: key.group,
    orderInGroup: key.orderInGroup,
    width: key.width.toUpperCase(),
    displayName: key.displayName,
    dependents: key.dependents,
  };
}

export const configDef: Components = {
  'ConfigDef.parseType': parsedLikeJava,
  'ConfigDef.convertToString': (testCase) => {
    const { type } = testCase.config as { readonly type: string | null };
    const configType = type === null ? null : typeOf(type);
    const value = decode(testCase.input, configType);
    return convertToString(configType === 'double' && value instanceof TypedNumber ? Number(value.value) : value, configType);
  },
  'ConfigDef.define': (testCase) => {
    const definition = decodeDefinition(testCase);
    return encodeByName(definition.defaultValues, definition);
  },
  'ConfigDef.parse': (testCase) => {
    const definition = decodeDefinition(testCase);
    return encodeByName(definition.parse(decodeProps(testCase, definition)), definition);
  },
  'ConfigDef.validate': validated,
  'Validator.ensureValid': (testCase) => {
    decodeValidator(testCase.config as Json).ensureValid('cfg', decode(testCase.input, null));
    return true;
  },
  'Validator.toString': (testCase) => decodeValidator(testCase.config as Json).toString(),
  'plugin.config': pluginConfig,
};
