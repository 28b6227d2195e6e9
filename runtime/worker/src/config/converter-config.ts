import { ConfigException } from '@millrace/api';
import { entriesWithPrefix } from './entries-with-prefix.ts';

/** Key that names a converter. */
export type ConverterKey = 'key.converter' | 'value.converter' | 'header.converter';

/** Converter of header values unless somebody names another. */
export const DEFAULT_HEADER_CONVERTER = 'org.apache.kafka.connect.storage.SimpleHeaderConverter';

/** Which converter a task uses, and with what. */
export interface ConverterChoice {
  /** Class or alias of the plug-in. */
  readonly className: string;
  /** The converter's own keys, without prefix. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * The connector's converter with the connector's settings alone, or else the worker's converter with the worker's settings alone: settings of
 * the two never mix.
 * @throws ConfigException if nobody names a converter.
 */
export function converterConfig(
  props: Readonly<Record<string, string>>,
  workerConfig: Readonly<Record<string, string>>,
  key: ConverterKey,
): ConverterChoice {
  const source = props[key] === undefined ? workerConfig : props;
  const className = source[key] ?? (key === 'header.converter' ? DEFAULT_HEADER_CONVERTER : undefined);
  if (className === undefined) {
    throw new ConfigException(`Missing required configuration "${key}" which has no default value.`, { configKey: key });
  }
  return { className: className.trim(), config: entriesWithPrefix(source, `${key}.`) };
}
