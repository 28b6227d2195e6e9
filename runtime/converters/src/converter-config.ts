import { ConfigDef, type PluginConfig, ValidString } from '@millrace/api';

/** What a converter works on. */
export type ConverterType = 'key' | 'value' | 'header';

/** Start of every converter's definition: the key `converter.type`, which the runtime sets and no user does. */
export function converterConfigDef(): ConfigDef<{ 'converter.type': string }> {
  return new ConfigDef().define('converter.type', {
    type: 'string',
    validator: ValidString.in('key', 'value', 'header'),
    importance: 'low',
    doc: 'What this converter is used for: record keys, record values or headers. Set by the runtime.',
  });
}

/**
 * The configuration with the `converter.type` of a key or value converter. For a header converter (`isKey` not given) the caller has
 * set it already.
 */
export function withConverterType(config: PluginConfig, isKey: boolean | undefined): PluginConfig {
  if (isKey === undefined) return config;
  const type: ConverterType = isKey ? 'key' : 'value';
  return { ...config, 'converter.type': type };
}
