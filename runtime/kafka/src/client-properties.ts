import { ConfigException } from '@millrace/api';
import type { ClientProperties } from './port.ts';

/** Limits and default of a numeric client setting. */
export interface IntegerSetting {
  readonly key: string;
  readonly defaultValue: number;
  readonly min: number;
}

/** The setting as a whole number. @throws ConfigException if it is none or below its minimum. */
export function integerProperty(properties: ClientProperties, setting: IntegerSetting): number {
  const text = properties[setting.key];
  if (text === undefined) return setting.defaultValue;
  // Kafka's largest INT64 says "for ever"; that it is rounded here makes no difference.
  const isWhole = /^\s*[+-]?\d{1,19}\s*$/.test(text) && BigInt.asIntN(64, BigInt(text.trim())) === BigInt(text.trim());
  if (!isWhole) throw ConfigException.invalidValue(setting.key, text, 'Not a whole number');
  const value = Number(text);
  if (value < setting.min) throw ConfigException.invalidValue(setting.key, text, `Value must be at least ${setting.min}`);
  return value;
}

/** One of a few words. @throws ConfigException if it is another. */
export function wordProperty<Word extends string>(properties: ClientProperties, key: string, words: readonly [Word, ...Word[]]): Word {
  const text = properties[key];
  if (text === undefined) return words[0];
  const word = words.find((candidate) => candidate === text.trim().toLowerCase());
  if (word === undefined) throw ConfigException.invalidValue(key, text, `String must be one of: ${words.join(', ')}`);
  return word;
}
