import type { Validator } from '@millrace/api';

/** The halves of a record that have a converter of their own. */
export type ConverterRole = 'key' | 'value' | 'header';

/** What a converter's two keys parse to. */
export type ConverterKeys<R extends ConverterRole> = { [K in `${R}.converter` | `${R}.converter.plugin.version`]: string | null };

/** What is known of the converters for one half of a record. */
export interface ConverterKnowledge {
  /** The worker's class. */
  readonly defaultClass: string | null;
  /** Version of the class that would be used. */
  readonly defaultVersion: string | null;
  readonly classes: readonly string[];
  versions(className: string | null): readonly string[];
  /** Refuses a class that is no converter. */
  readonly validator: Validator | null;
}

/** What a connector's definition says of the plug-ins that a worker has. */
export interface PluginKnowledge {
  readonly connector: { readonly defaultVersion: string | null; readonly versions: readonly string[] };
  readonly converters: Readonly<Record<ConverterRole, ConverterKnowledge>>;
}

const unknownConverter: ConverterKnowledge = {
  defaultClass: null,
  defaultVersion: null,
  classes: [],
  versions: () => [],
  validator: null,
};

/** Nothing: for where only the form of a configuration counts. */
export const unknownPlugins: PluginKnowledge = {
  connector: { defaultVersion: null, versions: [] },
  converters: { key: unknownConverter, value: unknownConverter, header: unknownConverter },
};
