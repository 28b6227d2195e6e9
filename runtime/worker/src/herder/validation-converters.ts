import { type ConfigDef, type ConfigValue, type Converter, type HeaderConverter, type Logger } from '@millrace/api';
import { entriesWithPrefix } from '../config/entries-with-prefix.ts';
import type { ConverterRole } from '../config/plugin-knowledge.ts';
import { messageOf } from '../task/error-message.ts';
import type { PluginRegistry } from '../plugins/plugin-registry.ts';
import type { ConfigInfos } from './config-infos.ts';
import { prefixedResult } from './validation-infos.ts';
import { converterKind, ensureVersion, type RawProps } from './validation-plugins.ts';

const roles: readonly ConverterRole[] = ['header', 'key', 'value'];

interface ConverterContext {
  readonly plugins: PluginRegistry;
  readonly props: RawProps;
  /** What is known of the connector's keys so far; errors of a converter as a whole are added to its own key. */
  readonly values: ReadonlyMap<string, ConfigValue>;
  readonly log: Logger;
}

/** Checks the settings of each converter that the connector names itself, by the converter's own definition. */
export async function validateConverters(context: ConverterContext): Promise<ConfigInfos[]> {
  const infos: ConfigInfos[] = [];
  for (const role of roles) {
    const result = await validateConverter(role, context);
    if (result !== null) infos.push(result);
  }
  return infos;
}

async function validateConverter(role: ConverterRole, context: ConverterContext): Promise<ConfigInfos | null> {
  const { plugins, props, values } = context;
  const key = `${role}.converter`;
  const className = props[key] ?? null;
  const value = values.get(key);
  const version = values.get(`${key}.plugin.version`);
  if (className === null || value === undefined || value.errorMessages.length > 0) return null;
  if (version === undefined || version.errorMessages.length > 0) return null;
  const plugin = plugins.get([converterKind(role)], className.trim());
  try {
    ensureVersion(plugin, props[version.name]);
  } catch (error) {
    value.errorMessages.push(messageOf(error));
    version.errorMessages.push(messageOf(error));
    return null;
  }
  const attempt = new Attempt(value, `${role} converter`);
  const Plugin = await attempt.run(`Failed to load class ${className}`, () => plugin.load());
  if (Plugin === null) return null;
  const definition = await attempt.run<ConfigDef | null>(
    `Failed to load ConfigDef from ${attempt.what}`,
    () => (new Plugin() as Converter | HeaderConverter).config?.() ?? null,
  );
  if (definition === null) {
    if (value.errorMessages.length === 0) context.log.warn(`${className} has no definition of its settings, so they are not checked`);
    return null;
  }
  const own: Record<string, string | null> = { 'converter.type': role, ...entriesWithPrefix(props, `${key}.`) };
  const config = await attempt.run(`Failed to perform config validation for ${attempt.what}`, () => definition.validate(own));
  return config === null ? null : prefixedResult(definition.configKeys, config.configValues, `${key}.`);
}

/** Runs code of a plug-in; what it throws becomes an error of the plug-in's key. */
class Attempt {
  readonly what: string;
  readonly #value: ConfigValue;

  constructor(value: ConfigValue, what: string) {
    this.#value = value;
    this.what = what;
  }

  async run<T>(failure: string, action: () => Promise<T> | T): Promise<T | null> {
    try {
      return await action();
    } catch (error) {
      this.#value.errorMessages.push(`${failure}: ${messageOf(error)}`);
      return null;
    }
  }
}
