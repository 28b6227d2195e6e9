import { ConfigDef, type HeaderConverter, type PluginConfig, Schema, SchemaAndValue, Values } from '@millrace/api';
import { decodeJavaUtf8, encodeJavaUtf8 } from './java-utf8.ts';
import { KAFKA_VERSION } from './kafka-version.ts';

/** Kafka's definition: no keys at all. */
const CONFIG = new ConfigDef();

/** What Millrace adds. Kept apart, so that clients see Kafka's definition. */
const OWN_CONFIG = new ConfigDef().define('lossless', {
  type: 'boolean',
  default: false,
  importance: 'low',
  doc: 'Whether a header such as 1,2 is read as that text. Kafka reads the number 1 and drops the rest (KAFKA-20892).',
});

/**
 * Writes a header as text that shows its type and reads it back by guessing, as `org.apache.kafka.connect.storage.SimpleHeaderConverter`;
 * see `Values` for the form of the text. This is the worker's default for headers.
 *
 * One key of our own, `lossless` (boolean, default false), keeps the whole text where Kafka would drop what follows the first value.
 */
export class SimpleHeaderConverter implements HeaderConverter {
  /** Text that is no value is a string, so there is nothing that cannot be read. */
  readonly readsAnything = true;
  #options = { lossless: false };

  version(): string {
    return KAFKA_VERSION;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  /** @throws ConfigException if `lossless` is no boolean. */
  configure(config: PluginConfig): void {
    this.#options = OWN_CONFIG.parse(config);
  }

  /** @throws DataException if the value is of a class that Connect does not know. */
  fromConnectHeader(_topic: string, _key: string, schema: Schema | null, value: unknown): Buffer | null {
    const text = Values.convertToString(schema, value);
    return text === null ? null : encodeJavaUtf8(text);
  }

  toConnectHeader(_topic: string, _key: string, bytes: Buffer | null): SchemaAndValue {
    if (bytes === null) return SchemaAndValue.NULL;
    try {
      return Values.parseString(decodeJavaUtf8(bytes), this.#options);
    } catch {
      // As in Kafka: a header that cannot be parsed is passed on, since the record it travels with is what matters.
      return new SchemaAndValue(Schema.BYTES_SCHEMA, bytes);
    }
  }
}
