import {
  ConfigDef,
  ConfigException,
  type ConnectRecord,
  type Field,
  IllegalArgumentException,
  NullPointerException,
  type PluginConfig,
  Schema,
  SchemaBuilder,
  Struct,
  type Transformation,
  ValidString,
} from '@millrace/api';
import { SimpleDateFormat } from './java/simple-date-format.ts';
import type { UnixPrecision } from './java/unix-time.ts';
import { type Half, KEY, VALUE } from './record/half.ts';
import { requireMap, requireStructOrNull } from './record/requirements.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { copyOfMap, entry, setEntry } from './record/schemaless-map.ts';
import { copyValues } from './record/struct-values.ts';
import { REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault } from './replace-null-with-default.ts';
import {
  readTimestamp,
  schemalessTimestampType,
  type TimestampFormat,
  timestampSchema,
  type TimestampType,
  timestampTypeOf,
  writeSchemaless,
  writeTimestamp,
} from './timestamp-type.ts';

const PURPOSE = 'converting timestamp formats';

const CONFIG = new ConfigDef()
  .define('field', { type: 'string', default: '', importance: 'high', doc: 'Field to convert; empty for the whole key or value.' })
  .define('target.type', {
    type: 'string',
    importance: 'high',
    validator: ValidString.in('string', 'unix', 'Date', 'Time', 'Timestamp'),
    doc: 'Form of the result: a text, an integer, or one of the three logical types.',
  })
  .define('format', {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Form of texts, as a pattern of java.text.SimpleDateFormat; in UTC. Needed to write texts and to read them.',
  })
  .define('unix.precision', {
    type: 'string',
    default: 'milliseconds',
    importance: 'low',
    validator: ValidString.in('nanoseconds', 'microseconds', 'milliseconds', 'seconds'),
    doc: 'Unit of integers, read or written.',
  })
  .define(REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault);

/** Converts a value that is not null. */
type Convert = (value: unknown) => unknown;

/** What becomes of one schema when the whole half is converted. The source's form is asked for only when there is a value. */
interface WholeProgram {
  readonly target: Schema;
  readonly convert: Convert;
}

/** What becomes of one struct schema. */
interface StructProgram {
  readonly target: Schema;
  readonly fields: readonly Field[];
  /** Null when the struct has no such field: then nothing is converted, as in Kafka. */
  readonly converted: { readonly index: number; readonly convert: Convert } | null;
}

/**
 * Converts timestamps between texts, Unix integers and the logical types. As `org.apache.kafka.connect.transforms.TimestampConverter`.
 * The converted schema keeps whether it is optional, and nothing else.
 */
abstract class TimestampConverter implements Transformation {
  readonly #half: Half;
  #field: string | null = '';
  #type: TimestampType = 'Timestamp';
  #format: TimestampFormat = { format: null, precision: 'milliseconds' };
  #replaceNull = true;
  readonly #wholePrograms = new SchemaCache((schema) => this.#wholeProgram(schema));
  readonly #structPrograms = new SchemaCache((schema) => this.#structProgram(schema));

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    const parsed = CONFIG.parse(config);
    this.#field = parsed.field;
    this.#type = parsed['target.type'] as TimestampType;
    this.#format = { format: formatOf(parsed.format, this.#type), precision: parsed['unix.precision'] as UnixPrecision };
    this.#replaceNull = parsed['replace.null.with.default'];
    this.#wholePrograms.clear();
    this.#structPrograms.clear();
  }

  /**
   * @throws DataException if a value's class is no timestamp, or a text does not match the format.
   * @throws ConnectException if a schema is none of the forms.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    if (schema === null) return this.#half.replaced(record, null, this.#convertSchemaless(value));
    if (this.#isWhole()) {
      const { target, convert } = this.#wholePrograms.get(schema);
      return this.#half.replaced(record, target, convert(value));
    }
    const struct = requireStructOrNull(value, PURPOSE);
    const program = this.#structPrograms.get(schema);
    return this.#half.replaced(record, program.target, struct === null ? null : this.#convertStruct(struct, program));
  }

  #isWhole(): boolean {
    if (this.#field === null) throw new NullPointerException('field must not be null; leave it out to convert the whole key or value');
    return this.#field === '';
  }

  #convertStruct(struct: Struct, { target, fields, converted }: StructProgram): Struct {
    const values = copyValues(struct.values, fields, this.#replaceNull);
    if (converted !== null) values[converted.index] = converted.convert(values[converted.index]);
    return new Struct(target, values);
  }

  #convertSchemaless(value: unknown): unknown {
    if (value === null || this.#isWhole()) return this.#convertValue(value);
    const map = requireMap(value, PURPOSE);
    const copy = copyOfMap(map);
    const field = this.#field as string;
    setEntry(copy, field, this.#convertValue(entry(map, field)));
    return copy;
  }

  #convertValue(value: unknown): unknown {
    if (value === null) return null;
    return writeSchemaless(readTimestamp(value, schemalessTimestampType(value), this.#format), this.#type, this.#format);
  }

  #wholeProgram(schema: Schema): WholeProgram {
    return { target: timestampSchema(this.#type, schema.optional), convert: this.#converterOf(schema) };
  }

  /** Null stays null; whether there is a null is the only question for which the source's form does not matter. */
  #converterOf(schema: Schema): Convert {
    const type = timestampTypeOf(schema);
    return (value) => (value === null ? null : writeTimestamp(readTimestamp(value, type, this.#format), this.#type, this.#format));
  }

  #structProgram(schema: Schema): StructProgram {
    const builder = SchemaBuilder.from(schema, ['defaultValue', 'fields']);
    for (const { name, schema: fieldSchema } of schema.fields) {
      builder.field(name, name === this.#field ? timestampSchema(this.#type, fieldSchema.optional) : fieldSchema);
    }
    const target = builder.build();
    const { fields } = schema;
    const field = fields.find(({ name }) => name === this.#field);
    const converted = field === undefined ? null : { index: field.index, convert: this.#lazyConverterOf(field.schema) };
    if (!schema.hasDefault) return { target, fields, converted };
    const defaultValue = this.#convertStruct(schema.defaultValue as Struct, { target, fields, converted });
    return { target: Schema.of({ ...target.attributes(), defaultValue }), fields, converted };
  }

  /** A field of an unknown form fails with the first record, not while the schema of a null record is made. */
  #lazyConverterOf(schema: Schema): Convert {
    let convert: Convert | null = null;
    return (value) => {
      convert ??= this.#converterOf(schema);
      return convert(value);
    };
  }
}

/** @throws ConfigException if there is no format although texts are to be written, or it is no pattern. */
function formatOf(pattern: string | null, type: TimestampType): SimpleDateFormat | null {
  if (pattern === null || pattern.trim() === '') {
    if (type !== 'string') return null;
    throw new ConfigException('TimestampConverter requires format option to be specified when using string timestamps', {
      configKey: 'format',
      suggestion: 'Set format, for instance to yyyy-MM-dd HH:mm:ss.SSS',
    });
  }
  try {
    return new SimpleDateFormat(pattern);
  } catch (error) {
    if (!(error instanceof IllegalArgumentException)) throw error;
    const reason = `TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: ${error.message}`;
    throw ConfigException.invalidValue('format', pattern, reason, { cause: error });
  }
}

/** {@link TimestampConverter} on record keys. */
export class TimestampConverterKey extends TimestampConverter {
  constructor() {
    super(KEY);
  }
}

/** {@link TimestampConverter} on record values. */
export class TimestampConverterValue extends TimestampConverter {
  constructor() {
    super(VALUE);
  }
}
