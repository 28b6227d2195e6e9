import type { ConfigDef } from '../config/config-def.ts';
import type { SchemaAndValue } from '../data/schema-and-value.ts';
import type { Schema } from '../data/schema.ts';
import type { ConnectHeaders } from '../record/connect-headers.ts';
import type { RawHeader } from '../record/header.ts';
import type { PluginConfig } from './configurable.ts';

/**
 * Translates between the data of Connect and bytes, as `org.apache.kafka.connect.storage.Converter`.
 * Calls are synchronous: they run once a record.
 */
export interface Converter {
  config?(): ConfigDef;
  /** @throws ConfigException if a value is missing or refused. */
  configure(config: PluginConfig, isKey: boolean): void;
  /** @throws DataException if the value cannot be written. */
  fromConnectData(topic: string, schema: Schema | null, value: unknown, headers?: ConnectHeaders): Buffer | null;
  /** @throws DataException if the bytes cannot be read. */
  toConnectData(topic: string, bytes: Buffer | null, headers?: readonly RawHeader[]): SchemaAndValue;
  close?(): void;
}

/** Translates header values, as `org.apache.kafka.connect.storage.HeaderConverter`. */
export interface HeaderConverter {
  config?(): ConfigDef;
  /** @throws ConfigException if a value is missing or refused. */
  configure(config: PluginConfig): void;
  /** @throws DataException if the value cannot be written. */
  fromConnectHeader(topic: string, key: string, schema: Schema | null, value: unknown): Buffer | null;
  /** @throws DataException if the bytes cannot be read. */
  toConnectHeader(topic: string, key: string, bytes: Buffer | null): SchemaAndValue;
  /** True when `toConnectHeader` never throws: headers that nobody reads then stay bytes. */
  readonly readsAnything?: boolean;
  close?(): void;
}
