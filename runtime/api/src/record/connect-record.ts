import type { Schema } from '../data/schema.ts';
import { SchemaAndValue } from '../data/schema-and-value.ts';
import { ConnectHeaders } from './connect-headers.ts';

/** What every record is made of. Absent means null, and no headers. */
export interface RecordFields {
  readonly topic: string;
  /** Partition of the topic; null leaves the choice to the producer. */
  readonly kafkaPartition?: number | null;
  readonly keySchema?: Schema | null;
  readonly key?: unknown;
  readonly valueSchema?: Schema | null;
  readonly value?: unknown;
  /** Stands for `keySchema` and `key`, when both are at hand as one object. */
  readonly keyAndSchema?: SchemaAndValue;
  /** Stands for `valueSchema` and `value`, when both are at hand as one object. */
  readonly valueAndSchema?: SchemaAndValue;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number | null;
  readonly headers?: ConnectHeaders | null;
}

/**
 * A record on its way through Connect. Records are not changed but copied: {@link withValue} and its sisters share everything that they
 * do not replace, headers included, so a transformation that changes headers replaces them by a {@link ConnectHeaders.duplicate}.
 */
export abstract class ConnectRecord<Self extends ConnectRecord<Self>> {
  readonly topic: string;
  readonly kafkaPartition: number | null;
  /** Key with its schema. */
  readonly keyAndSchema: SchemaAndValue;
  /** Value with its schema. */
  readonly valueAndSchema: SchemaAndValue;
  readonly timestamp: number | null;
  #headers: ConnectHeaders | null;

  protected constructor(fields: RecordFields) {
    this.topic = fields.topic;
    this.kafkaPartition = fields.kafkaPartition ?? null;
    this.keyAndSchema = fields.keyAndSchema ?? half(fields.keySchema, fields.key);
    this.valueAndSchema = fields.valueAndSchema ?? half(fields.valueSchema, fields.value);
    this.timestamp = fields.timestamp ?? null;
    this.#headers = fields.headers ?? null;
  }

  get keySchema(): Schema | null {
    return this.keyAndSchema.schema;
  }
  get key(): unknown {
    return this.keyAndSchema.value;
  }
  get valueSchema(): Schema | null {
    return this.valueAndSchema.schema;
  }
  get value(): unknown {
    return this.valueAndSchema.value;
  }

  /** Never null. */
  get headers(): ConnectHeaders {
    this.#headers ??= new ConnectHeaders();
    return this.#headers;
  }

  /** Whether {@link headers} would hold anything; asking costs nothing. */
  get hasHeaders(): boolean {
    return this.#headers !== null && this.#headers.size > 0;
  }

  withTopic(topic: string): Self {
    return this.copy(topic, this.kafkaPartition, this.keyAndSchema, this.valueAndSchema, this.timestamp, this.#headers);
  }
  withKey(schema: Schema | null, key: unknown): Self {
    const half = new SchemaAndValue(schema, key);
    return this.copy(this.topic, this.kafkaPartition, half, this.valueAndSchema, this.timestamp, this.#headers);
  }
  withValue(schema: Schema | null, value: unknown): Self {
    const half = new SchemaAndValue(schema, value);
    return this.copy(this.topic, this.kafkaPartition, this.keyAndSchema, half, this.timestamp, this.#headers);
  }
  withTimestamp(timestamp: number | null): Self {
    return this.copy(this.topic, this.kafkaPartition, this.keyAndSchema, this.valueAndSchema, timestamp, this.#headers);
  }
  withHeaders(headers: ConnectHeaders): Self {
    return this.copy(this.topic, this.kafkaPartition, this.keyAndSchema, this.valueAndSchema, this.timestamp, headers);
  }

  /** The copy that Java transformations make: everything given anew, the headers duplicated unless given. */
  newRecord(
    topic: string,
    kafkaPartition: number | null,
    keySchema: Schema | null,
    key: unknown,
    valueSchema: Schema | null,
    value: unknown,
    timestamp: number | null,
    headers: ConnectHeaders | null = this.#headers && this.#headers.duplicate(),
  ): Self {
    return this.copy(topic, kafkaPartition, new SchemaAndValue(keySchema, key), new SchemaAndValue(valueSchema, value), timestamp, headers);
  }

  /** A record of the same kind with the same origin. */
  protected abstract copy(
    topic: string,
    kafkaPartition: number | null,
    key: SchemaAndValue,
    value: SchemaAndValue,
    timestamp: number | null,
    headers: ConnectHeaders | null,
  ): Self;
}

/** One half of a record from its two optional parts. */
function half(schema: Schema | null | undefined, value: unknown): SchemaAndValue {
  return schema || (value !== null && value !== undefined) ? new SchemaAndValue(schema ?? null, value ?? null) : SchemaAndValue.NULL;
}
