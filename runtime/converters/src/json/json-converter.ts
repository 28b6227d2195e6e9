import {
  type ConfigDef,
  type Converter,
  DataException,
  type HeaderConverter,
  type PluginConfig,
  type Schema,
  SchemaAndValue,
  SerializationException,
} from '@millrace/api';
import { withConverterType } from '../converter-config.ts';
import { KAFKA_VERSION } from '../kafka-version.ts';
import { CONFIG, type JsonConverterConfig, OWN_CONFIG } from './json-converter-config.ts';
import { MessageReader } from './message-reader.ts';
import { schemaText } from './schema-to-json.ts';
import { schemalessBytes, schemalessText } from './schemaless-writer.ts';
import { compileWriter, type JsonWrite, type WriteOptions } from './value-writer.ts';

/** How values of one schema are written. */
interface SchemaWriter {
  /** What stands before the value. */
  readonly prefix: string;
  readonly write: JsonWrite;
  /** What stands behind it. */
  readonly suffix: string;
}

/**
 * Reads and writes JSON, with or without the schema beside each value, as `org.apache.kafka.connect.json.JsonConverter`: the same bytes,
 * and the same values from bytes, where Kafka's are surprising too. The key `strict` (boolean, default false) is our own: with it a message
 * that Kafka would change silently is an error that names the field.
 */
export class JsonConverter implements Converter, HeaderConverter {
  #config: JsonConverterConfig = { ...CONFIG.parse({ 'converter.type': 'value' }), ...OWN_CONFIG.parse({}) };
  #reader = readerOf(this.#config);
  #contentSchema: Schema | null = null;
  #writeOptions: WriteOptions = writeOptionsOf(this.#config);
  #writers = new WeakMap<Schema, SchemaWriter>();
  #lastSchema: Schema | null = null;
  #lastWriter: SchemaWriter | null = null;

  version(): string {
    return KAFKA_VERSION;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  /**
   * @throws ConfigException if a value is refused, or a header converter gets no `converter.type`.
   * @throws DataException if `schema.content` is no schema.
   */
  configure(config: PluginConfig, isKey?: boolean): void {
    this.#config = { ...CONFIG.parse(withConverterType(config, isKey)), ...OWN_CONFIG.parse(config) };
    this.#reader = readerOf(this.#config);
    this.#contentSchema = this.#parseContent(this.#config['schema.content']);
    this.#writeOptions = writeOptionsOf(this.#config);
    this.#writers = new WeakMap();
    this.#lastSchema = null;
    this.#lastWriter = null;
  }

  /** @throws DataException if the value does not fit the schema or, without one, is of a class that Connect does not know. */
  fromConnectData(_topic: string, schema: Schema | null, value: unknown): Buffer | null {
    if (schema === null) return this.#schemalessBytes(value);
    const { prefix, write, suffix } = this.#writerOf(schema);
    return Buffer.from(prefix + write(value) + suffix);
  }

  /** @throws DataException if the bytes are no JSON, no envelope where one is asked for, or do not fit the schema. */
  toConnectData(_topic: string, bytes: Buffer | null): SchemaAndValue {
    if (bytes === null) return SchemaAndValue.NULL;
    if (!this.#config['schemas.enable']) return this.#reader.schemaless(bytes);
    return this.#contentSchema === null ? this.#reader.envelope(bytes) : this.#reader.withSchema(this.#contentSchema, bytes);
  }

  fromConnectHeader(topic: string, _key: string, schema: Schema | null, value: unknown): Buffer | null {
    return this.fromConnectData(topic, schema, value);
  }

  toConnectHeader(topic: string, _key: string, bytes: Buffer | null): SchemaAndValue {
    return this.toConnectData(topic, bytes);
  }

  #schemalessBytes(value: unknown): Buffer | null {
    if (value === null || value === undefined) return null;
    return this.#config['schemas.enable'] ? Buffer.from(`{"schema":null,"payload":${schemalessText(value)}}`) : schemalessBytes(value);
  }

  #writerOf(schema: Schema): SchemaWriter {
    if (schema === this.#lastSchema && this.#lastWriter !== null) return this.#lastWriter;
    const writer = this.#writers.get(schema) ?? this.#newWriter(schema);
    this.#lastSchema = schema;
    this.#lastWriter = writer;
    return writer;
  }

  #newWriter(schema: Schema): SchemaWriter {
    const isEnvelope = this.#config['schemas.enable'];
    const writer = {
      prefix: isEnvelope ? `{"schema":${schemaText(schema, this.#writeOptions)},"payload":` : '',
      write: compileWriter(schema, this.#writeOptions),
      suffix: isEnvelope ? '}' : '',
    };
    this.#writers.set(schema, writer);
    return writer;
  }

  #parseContent(content: string | null): Schema | null {
    if (content === null || content.trim() === '') return null;
    try {
      return this.#reader.schema(content);
    } catch (error) {
      if (!(error instanceof SerializationException)) throw error;
      throw new DataException(`Failed to parse schema in converter config due to serialization error: ${error.message}`, {
        cause: error,
        configKey: 'schema.content',
      });
    }
  }
}

function readerOf(config: JsonConverterConfig): MessageReader {
  return new MessageReader({
    replaceNullWithDefault: config['replace.null.with.default'],
    isStrict: config.strict,
    cacheSize: config['schemas.cache.size'],
  });
}

function writeOptionsOf(config: JsonConverterConfig): WriteOptions {
  return {
    replaceNullWithDefault: config['replace.null.with.default'],
    isDecimalNumeric: config['decimal.format'].toUpperCase() === 'NUMERIC',
  };
}
