import {
  className,
  type ConfigDef,
  type Converter,
  DataException,
  type HeaderConverter,
  type PluginConfig,
  Schema,
  SchemaAndValue,
  SerializationException,
} from '@millrace/api';
import { converterConfigDef, withConverterType } from './converter-config.ts';
import { KAFKA_VERSION } from './kafka-version.ts';

const CONFIG = converterConfigDef();
const read = {
  absent: new SchemaAndValue(Schema.OPTIONAL_BOOLEAN_SCHEMA, null),
  no: new SchemaAndValue(Schema.OPTIONAL_BOOLEAN_SCHEMA, false),
  yes: new SchemaAndValue(Schema.OPTIONAL_BOOLEAN_SCHEMA, true),
};

/** Reads and writes a boolean as one byte, 0 or 1, as `org.apache.kafka.connect.converters.BooleanConverter`. */
export class BooleanConverter implements Converter, HeaderConverter {
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

  /** @throws DataException if the schema is not BOOLEAN or the value is not a boolean. */
  fromConnectData(_topic: string, schema: Schema | null, value: unknown): Buffer | null {
    if (schema !== null && schema.type !== 'boolean') {
      throw new DataException(`Invalid schema type for BooleanConverter: ${schema.type.toUpperCase()}`);
    }
    if (value === null || value === undefined) return null;
    if (typeof value !== 'boolean') {
      throw new DataException(`BooleanConverter is not compatible with objects of type ${className(value)}`);
    }
    return Buffer.of(value ? 1 : 0);
  }

  /** @throws DataException if there is not exactly one byte, 0 or 1. */
  toConnectData(_topic: string, bytes: Buffer | null): SchemaAndValue {
    if (bytes === null) return read.absent;
    if (bytes.length !== 1) throw cannotRead('Size of data received by BooleanDeserializer is not 1');
    if (bytes[0] === 0) return read.no;
    if (bytes[0] === 1) return read.yes;
    throw cannotRead(`Unexpected byte received by BooleanDeserializer: ${bytes[0]}`);
  }

  fromConnectHeader(topic: string, _key: string, schema: Schema | null, value: unknown): Buffer | null {
    return this.fromConnectData(topic, schema, value);
  }

  toConnectHeader(topic: string, _key: string, bytes: Buffer | null): SchemaAndValue {
    return this.toConnectData(topic, bytes);
  }
}

function cannotRead(reason: string): DataException {
  return new DataException(`Failed to deserialize boolean: ${reason}`, { cause: new SerializationException(reason) });
}
