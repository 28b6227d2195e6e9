import {
  ConfigDef,
  ConfigException,
  type ConnectRecord,
  ConnectTimestamp,
  DataException,
  type Parsed,
  type PluginConfig,
  type Field,
  Schema,
  SchemaBuilder,
  Struct,
  type Transformation,
  TypedNumber,
} from '@millrace/api';
import { nullOf } from './record/field-null.ts';
import { type Half, KEY, VALUE } from './record/half.ts';
import { requireMap, requireStruct } from './record/requirements.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { copyOfMap, setEntry } from './record/schemaless-map.ts';
import { copyValues } from './record/struct-values.ts';
import { REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault } from './replace-null-with-default.ts';

const PURPOSE = 'field insertion';
const SUFFIXES = 'A trailing ! makes the field required, a trailing ? (the default) optional.';

const CONFIG = new ConfigDef()
  .define('topic.field', { type: 'string', default: null, importance: 'medium', doc: `Field for the topic. ${SUFFIXES}` })
  .define('partition.field', { type: 'string', default: null, importance: 'medium', doc: `Field for the partition. ${SUFFIXES}` })
  .define('offset.field', {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: `Field for the offset in the topic; only sink connectors have one. ${SUFFIXES}`,
  })
  .define('timestamp.field', {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: `Field for the record's timestamp. ${SUFFIXES}`,
  })
  .define('static.field', { type: 'string', default: null, importance: 'medium', doc: `Field for the static value. ${SUFFIXES}` })
  .define('static.value', { type: 'string', default: null, importance: 'medium', doc: 'Text for the static field.' })
  .define(REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault);

type InsertFieldConfig = Parsed<typeof CONFIG>;

/** What an insertion reads. */
interface RecordOrigin {
  readonly topic: string;
  readonly kafkaPartition: number | null;
  readonly timestamp: number | null;
  /** Only of sink records. */
  readonly kafkaOffset?: number;
}

/** One field that is inserted. */
interface Insertion {
  readonly name: string;
  readonly schema: Schema;
  /** The field's value in runtime form; undefined leaves the field out. */
  readonly read: (record: RecordOrigin) => unknown;
  /** Its class where there is no schema to tell it. */
  readonly schemaless: (value: unknown) => unknown;
}

/** What becomes of one struct schema. */
interface Program {
  readonly target: Schema;
  readonly sourceFields: readonly Field[];
  readonly insertedFields: readonly Field[];
}

/**
 * Adds attributes of the record, or a fixed text, as fields. As `org.apache.kafka.connect.transforms.InsertField`.
 * The new struct schema is neither optional nor has it a default.
 */
abstract class InsertField implements Transformation {
  readonly #half: Half;
  #insertions: readonly Insertion[] = [];
  #replaceNull = true;
  readonly #programs = new SchemaCache((schema) => this.#programOf(schema));

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    const parsed = CONFIG.parse(config);
    this.#insertions = insertionsOf(parsed);
    this.#replaceNull = parsed['replace.null.with.default'];
    this.#programs.clear();
    if (this.#insertions.length === 0) {
      throw new ConfigException('No field insertion configured', {
        suggestion: 'Set topic.field, partition.field, offset.field, timestamp.field, or static.field with static.value',
      });
    }
  }

  /**
   * @throws DataException if the half is neither a map nor a struct nor null, or for an offset outside of a sink connector.
   * @throws SchemaBuilderException if the struct has a field of that name already.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    if (value === null) return record;
    if (schema === null) return this.#applySchemaless(record, value);
    const struct = requireStruct(value, PURPOSE);
    const program = this.#programs.get(struct.schema);
    return this.#half.replaced(record, program.target, new Struct(program.target, this.#values(record, struct.values, program)));
  }

  #values(record: RecordOrigin, from: readonly unknown[], { sourceFields, insertedFields }: Program): unknown[] {
    const values = copyValues(from, sourceFields, this.#replaceNull);
    for (let index = 0; index < insertedFields.length; index++) {
      const inserted = (this.#insertions[index] as Insertion).read(record);
      // A value that is left out is an unset field, which Kafka does not check here.
      values.push(inserted === undefined ? null : (inserted ?? nullOf(insertedFields[index] as Field, false)));
    }
    return values;
  }

  #applySchemaless<R extends ConnectRecord<R>>(record: R, value: unknown): R {
    const map = copyOfMap(requireMap(value, PURPOSE));
    for (const insertion of this.#insertions) {
      const inserted = insertion.read(record);
      if (inserted !== undefined) setEntry(map, insertion.name, insertion.schemaless(inserted));
    }
    return this.#half.replaced(record, null, map);
  }

  #programOf(source: Schema): Program {
    const builder = SchemaBuilder.from(source, ['optional', 'defaultValue']);
    for (const { name, schema } of this.#insertions) builder.field(name, schema);
    const target = builder.build();
    const count = source.fields.length;
    return { target, sourceFields: source.fields, insertedFields: target.fields.slice(count) };
  }
}

const asIs = (value: unknown): unknown => value;

function insertionsOf(config: InsertFieldConfig): Insertion[] {
  const insertions: Insertion[] = [];
  const insert = (spec: string | null, schema: Schema, read: Insertion['read'], schemaless: Insertion['schemaless'] = asIs): void => {
    if (spec === null) return;
    const name = /[!?]$/.test(spec) ? spec.slice(0, -1) : spec;
    const fieldSchema = spec.endsWith('!') ? schema : SchemaBuilder.from(schema).optional().build();
    insertions.push({ name, schema: fieldSchema, read, schemaless });
  };
  insert(config['topic.field'], Schema.STRING_SCHEMA, (record) => record.topic);
  insert(
    config['partition.field'],
    Schema.INT32_SCHEMA,
    (record) => record.kafkaPartition ?? undefined,
    (value) => TypedNumber.of('int32', value as number),
  );
  insert(config['offset.field'], Schema.INT64_SCHEMA, offsetOf);
  insert(config['timestamp.field'], ConnectTimestamp.SCHEMA, (record) => record.timestamp ?? undefined);
  const text = config['static.value'];
  if (config['static.field'] !== null && text === null) {
    throw ConfigException.invalidValue('static.value', null, `No value specified for static field: ${config['static.field']}`, {
      suggestion: 'Set static.value, or remove static.field',
    });
  }
  insert(config['static.field'], Schema.STRING_SCHEMA, () => text);
  return insertions;
}

function offsetOf(record: RecordOrigin): unknown {
  if (record.kafkaOffset !== undefined) return record.kafkaOffset;
  throw new DataException(`Only SinkRecord supported for [${PURPOSE}], found: org.apache.kafka.connect.source.SourceRecord`);
}

/** {@link InsertField} on record keys. */
export class InsertFieldKey extends InsertField {
  constructor() {
    super(KEY);
  }
}

/** {@link InsertField} on record values. */
export class InsertFieldValue extends InsertField {
  constructor() {
    super(VALUE);
  }
}
