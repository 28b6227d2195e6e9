import type { ConfigDef } from '../config/config-def.ts';
import type { ConnectRecord } from '../record/connect-record.ts';
import type { PluginConfig } from './configurable.ts';

/** A single message transformation, as `org.apache.kafka.connect.transforms.Transformation`. */
export interface Transformation {
  config(): ConfigDef;
  /** @throws ConfigException if a value is missing or refused. */
  configure(config: PluginConfig): void;
  /** The record that goes on, or null to drop it. The record that came in is not changed. */
  apply<R extends ConnectRecord<R>>(record: R): R | null;
  close?(): void;
}

/** Decides whether a transformation is applied, as `org.apache.kafka.connect.transforms.predicates.Predicate`. */
export interface Predicate {
  config(): ConfigDef;
  /** @throws ConfigException if a value is missing or refused. */
  configure(config: PluginConfig): void;
  test<R extends ConnectRecord<R>>(record: R): boolean;
  close?(): void;
}
