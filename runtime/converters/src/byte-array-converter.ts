import {
  className,
  type ConfigDef,
  type Converter,
  DataException,
  type HeaderConverter,
  type PluginConfig,
  Schema,
  SchemaAndValue,
} from '@millrace/api';
import { converterConfigDef, withConverterType } from './converter-config.ts';
import { KAFKA_VERSION } from './kafka-version.ts';

const CONFIG = converterConfigDef();
const absent = new SchemaAndValue(Schema.OPTIONAL_BYTES_SCHEMA, null);

/** Passes bytes through as they are, as `org.apache.kafka.connect.converters.ByteArrayConverter`. */
export class ByteArrayConverter implements Converter, HeaderConverter {
  version(): string {
    return KAFKA_VERSION;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  /** @throws ConfigException if a header converter gets no `converter.type`. */
  configure(config: PluginConfig, isKey?: boolean): void {
    CONFIG.parse(withConverterType(config, isKey));
  }

  /** @throws DataException if the schema is not BYTES or the value is not bytes. */
  fromConnectData(_topic: string, schema: Schema | null, value: unknown): Buffer | null {
    if (schema !== null && schema.type !== 'bytes') {
      throw new DataException(`Invalid schema type for ByteArrayConverter: ${schema.type.toUpperCase()}`);
    }
    if (value === null || value === undefined) return null;
    if (Buffer.isBuffer(value)) return value;
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    throw new DataException(`ByteArrayConverter is not compatible with objects of type ${className(value)}`);
  }

  toConnectData(_topic: string, bytes: Buffer | null): SchemaAndValue {
    return bytes === null ? absent : new SchemaAndValue(Schema.OPTIONAL_BYTES_SCHEMA, bytes);
  }

  fromConnectHeader(topic: string, _key: string, schema: Schema | null, value: unknown): Buffer | null {
    return this.fromConnectData(topic, schema, value);
  }

  toConnectHeader(topic: string, _key: string, bytes: Buffer | null): SchemaAndValue {
    return this.toConnectData(topic, bytes);
  }

  /** Every sequence of bytes can be read. */
  get readsAnything(): boolean {
    return true;
  }
}
