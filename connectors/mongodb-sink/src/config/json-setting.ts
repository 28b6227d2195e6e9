import { ConfigException } from '@millrace/api';
import { parseValue } from '../ejson/parse-ejson.ts';

/**
 * The value of a key that is JSON, read as leniently as MongoDB's reader does. Text with lone backslashes, such as `\.`, is read as if
 * they were doubled.
 * @throws ConfigException if it cannot be read either way
 */
export function jsonSetting(key: string, text: string): unknown {
  try {
    return parseValue(text);
  } catch {
    try {
      return parseValue(text.replaceAll('\\', '\\\\'));
    } catch (error) {
      throw ConfigException.invalidValue(key, text, (error as Error).message);
    }
  }
}
