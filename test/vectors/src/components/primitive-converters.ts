import type { PluginConfig } from '@millrace/api';
import { converterPlugins } from '@millrace/converters';
import { NotYet, type Component, type Components } from '../component.ts';
import { converterComponents } from './converter-adapter.ts';

const storage = 'org.apache.kafka.connect.storage';
const converters = 'org.apache.kafka.connect.converters';

const classNames: readonly string[] = [
  `${storage}.StringConverter`,
  ...['ByteArray', 'Boolean', 'Short', 'Integer', 'Long', 'Float', 'Double'].map((type) => `${converters}.${type}Converter`),
];

/** `configure` as a header converter, without the `converter.type` that the framework adds. */
function configureAlone(className: string): Component {
  return ({ config }) => {
    const Plugin = converterPlugins[className];
    if (Plugin === undefined) throw new NotYet();
    (new Plugin() as { configure(config: PluginConfig): void }).configure((config ?? {}) as PluginConfig);
    return true;
  };
}

export const primitiveConverters: Components = Object.assign(
  {},
  ...classNames.map((className) => {
    const name = className.slice(className.lastIndexOf('.') + 1);
    return { ...converterComponents(name, className), [`${name}.configure`]: configureAlone(className) };
  }),
) as Components;
