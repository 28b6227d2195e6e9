import {
  type ConfigDef,
  type Converter,
  type HeaderConverter,
  javaText,
  type PluginConfig,
  Schema,
  SchemaAndValue,
  SerializationException,
} from '@millrace/api';
import { type Charset, charsetOf, utf8 } from './charset.ts';
import { converterConfigDef, withConverterType } from './converter-config.ts';
import { KAFKA_VERSION } from './kafka-version.ts';

const encodingKey = 'converter.encoding';

const CONFIG = converterConfigDef().define(encodingKey, {
  type: 'string',
  default: 'UTF-8',
  importance: 'high',
  doc: 'Character set of the bytes, by its Java name, for reading and writing.',
  width: 'medium',
  displayName: 'Encoding',
});

const absent = new SchemaAndValue(Schema.OPTIONAL_STRING_SCHEMA, null);

/**
 * Reads bytes as text and writes any value as Java's `toString()` would print it, as
 * `org.apache.kafka.connect.storage.StringConverter`. Bytes are printed in base64, where Java prints an object's hash.
 */
export class StringConverter implements Converter, HeaderConverter {
  #charset: Charset = utf8;

  version(): string {
    return KAFKA_VERSION;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  /**
   * @throws ConfigException if a header converter gets no `converter.type`.
   * @throws SerializationException if `converter.encoding` is not known.
   */
  configure(config: PluginConfig, isKey?: boolean): void {
    const name = CONFIG.parse(withConverterType(config, isKey))[encodingKey];
    const charset = charsetOf(name);
    if (charset === null) {
      throw new SerializationException(`Unsupported encoding ${name}`, { configKey: encodingKey });
    }
    this.#charset = charset;
  }

  fromConnectData(_topic: string, schema: Schema | null, value: unknown): Buffer | null {
    if (value === null || value === undefined) return null;
    return this.#charset.encode(typeof value === 'string' ? value : javaText(value, schema));
  }

  toConnectData(_topic: string, bytes: Buffer | null): SchemaAndValue {
    return bytes === null ? absent : new SchemaAndValue(Schema.OPTIONAL_STRING_SCHEMA, this.#charset.decode(bytes));
  }

  fromConnectHeader(topic: string, _key: string, schema: Schema | null, value: unknown): Buffer | null {
    return this.fromConnectData(topic, schema, value);
  }

  toConnectHeader(topic: string, _key: string, bytes: Buffer | null): SchemaAndValue {
    return this.toConnectData(topic, bytes);
  }

  /** Malformed bytes are replaced, never refused. */
  get readsAnything(): boolean {
    return true;
  }
}
