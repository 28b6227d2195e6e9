import {
  className,
  ClassCastException,
  type ConfigDef,
  type Converter,
  DataException,
  type HeaderConverter,
  isTypedNumber,
  javaClassOf,
  type NumberType,
  type PluginConfig,
  Schema,
  SchemaAndValue,
  SerializationException,
} from '@millrace/api';
import { converterConfigDef, withConverterType } from './converter-config.ts';
import { KAFKA_VERSION } from './kafka-version.ts';

const CONFIG = converterConfigDef();

/** How one number type travels: big-endian, in a fixed number of bytes. */
interface NumberFormat {
  readonly type: NumberType;
  /** Name of the type in Kafka's messages. */
  readonly name: string;
  /** The only class of values that is written. */
  readonly javaClass: string;
  readonly size: number;
  write(target: Buffer, value: number | bigint): void;
  read(source: Buffer): number | bigint;
}

/** Common part of Kafka's number converters: the schema is ignored on writing, and the class of the value must match exactly. */
class NumberConverter implements Converter, HeaderConverter {
  readonly #format: NumberFormat;
  readonly #schema: Schema;
  readonly #absent: SchemaAndValue;

  constructor(format: NumberFormat) {
    this.#format = format;
    this.#schema = Schema.of({ type: format.type, optional: true });
    this.#absent = new SchemaAndValue(this.#schema, null);
  }

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

  /** @throws DataException if the value is not a number of this converter's type. */
  fromConnectData(_topic: string, schema: Schema | null, value: unknown): Buffer | null {
    if (value === null || value === undefined) return null;
    const { name, size, javaClass } = this.#format;
    if (javaClassOf(value, schema) !== javaClass) {
      const found = className(value, schema);
      const cause = new ClassCastException(`${found} cannot be cast to class ${javaClass}`);
      throw new DataException(`Failed to serialize to ${name} (was ${found}): ${cause.message}`, { cause });
    }
    const bytes = Buffer.allocUnsafe(size);
    this.#format.write(bytes, isTypedNumber(value) ? value.value : (value as number | bigint));
    return bytes;
  }

  /** @throws DataException if the number of bytes is wrong. */
  toConnectData(_topic: string, bytes: Buffer | null): SchemaAndValue {
    if (bytes === null) return this.#absent;
    const { name, size } = this.#format;
    if (bytes.length !== size) {
      const cause = new SerializationException(`Size of data received is not ${size} but ${bytes.length}`);
      throw new DataException(`Failed to deserialize ${name}: ${cause.message}`, { cause });
    }
    return new SchemaAndValue(this.#schema, this.#format.read(bytes));
  }

  fromConnectHeader(topic: string, _key: string, schema: Schema | null, value: unknown): Buffer | null {
    return this.fromConnectData(topic, schema, value);
  }

  toConnectHeader(topic: string, _key: string, bytes: Buffer | null): SchemaAndValue {
    return this.toConnectData(topic, bytes);
  }
}

/** INT16 in two bytes, as `org.apache.kafka.connect.converters.ShortConverter`. */
export class ShortConverter extends NumberConverter {
  constructor() {
    super({
      type: 'int16',
      name: 'short',
      javaClass: 'java.lang.Short',
      size: 2,
      write: (target, value) => target.writeInt16BE(Number(value)),
      read: (source) => source.readInt16BE(),
    });
  }
}

/** INT32 in four bytes, as `org.apache.kafka.connect.converters.IntegerConverter`. */
export class IntegerConverter extends NumberConverter {
  constructor() {
    super({
      type: 'int32',
      name: 'integer',
      javaClass: 'java.lang.Integer',
      size: 4,
      write: (target, value) => target.writeInt32BE(Number(value)),
      read: (source) => source.readInt32BE(),
    });
  }
}

/** INT64 in eight bytes, as `org.apache.kafka.connect.converters.LongConverter`. */
export class LongConverter extends NumberConverter {
  constructor() {
    super({
      type: 'int64',
      name: 'long',
      javaClass: 'java.lang.Long',
      size: 8,
      write: (target, value) => target.writeBigInt64BE(BigInt(value)),
      read: readInt64,
    });
  }
}

/** FLOAT32 in four bytes, as `org.apache.kafka.connect.converters.FloatConverter`. */
export class FloatConverter extends NumberConverter {
  constructor() {
    super({
      type: 'float32',
      name: 'float',
      javaClass: 'java.lang.Float',
      size: 4,
      write: (target, value) => target.writeFloatBE(Number(value)),
      read: (source) => source.readFloatBE(),
    });
  }
}

/** FLOAT64 in eight bytes, as `org.apache.kafka.connect.converters.DoubleConverter`. */
export class DoubleConverter extends NumberConverter {
  constructor() {
    super({
      type: 'float64',
      name: 'double',
      javaClass: 'java.lang.Double',
      size: 8,
      write: (target, value) => target.writeDoubleBE(Number(value)),
      read: (source) => source.readDoubleBE(),
    });
  }
}

function readInt64(source: Buffer): number | bigint {
  const high = source.readInt32BE(0);
  const number = high * 0x1_0000_0000 + source.readUInt32BE(4);
  return Number.isSafeInteger(number) ? number : source.readBigInt64BE();
}
