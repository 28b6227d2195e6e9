import type { ConfigDef } from '../config/config-def.ts';

/** Configuration as a user writes it: text by key. */
export type Properties = Readonly<Record<string, string>>;

/** Configuration as a plug-in receives it; keys without their prefix, null where the user wrote null. */
export type PluginConfig = Readonly<Record<string, unknown>>;

/** A plug-in that says which keys it takes. */
export interface Configurable {
  /** Definition of the keys; the same on every call. */
  config(): ConfigDef;
}
