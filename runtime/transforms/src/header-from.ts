import {
  ConfigDef,
  ConfigException,
  type ConnectHeaders,
  type ConnectRecord,
  type Field,
  NonEmptyListValidator,
  NullPointerException,
  type Parsed,
  type PluginConfig,
  type Schema,
  SchemaBuilder,
  Struct,
  type Transformation,
  ValidString,
} from '@millrace/api';
import { readNull } from './record/field-null.ts';
import { type Half, KEY, VALUE } from './record/half.ts';
import { requireMap, requireStruct } from './record/requirements.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { copyOfMap, deleteEntry, entry } from './record/schemaless-map.ts';
import { gatherValues } from './record/struct-values.ts';
import { REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault } from './replace-null-with-default.ts';

const CONFIG = new ConfigDef()
  .define('fields', {
    type: 'list',
    importance: 'high',
    validator: new NonEmptyListValidator(),
    doc: 'Fields whose values become headers; one for each of the headers.',
  })
  .define('headers', {
    type: 'list',
    importance: 'high',
    validator: new NonEmptyListValidator(),
    doc: 'Keys of the headers, in the order of the fields.',
  })
  .define('operation', {
    type: 'string',
    importance: 'high',
    validator: ValidString.in('move', 'copy'),
    doc: 'Whether the fields are removed from the key or value (move) or stay (copy).',
  })
  .define(REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault);

/** What becomes of one struct schema. */
interface Program {
  /** Schema of what stays. */
  readonly target: Schema;
  /** Fields of the source that stay. */
  readonly kept: readonly Field[];
  /** Fields of the source that become headers, in the order of the headers; null where there is no such field. */
  readonly moved: readonly (Field | null)[];
}

/** Moves or copies fields to headers; headers that are there already stay. As `org.apache.kafka.connect.transforms.HeaderFrom`. */
abstract class HeaderFrom implements Transformation {
  readonly #half: Half;
  #config: Parsed<typeof CONFIG> = CONFIG.parse({ fields: 'field', headers: 'header', operation: 'copy' });
  readonly #programs = new SchemaCache((schema) => this.#programOf(schema));

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#config = CONFIG.parse(config);
    this.#programs.clear();
    if (this.#config.fields.length !== this.#config.headers.length) {
      throw new ConfigException("'fields' config must have the same number of elements as 'headers' config.", {
        configKey: 'headers',
        suggestion: `Name one header for each of the ${this.#config.fields.length} fields`,
      });
    }
  }

  /**
   * @throws DataException if the half is neither a map nor a struct (null included), or a field that must not be null is.
   * @throws NullPointerException if a struct has no such field: the class that Kafka's users know from there.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    const headers = record.headers.duplicate();
    if (schema === null) return this.#half.replaced(record, null, this.#withoutEntries(value, headers)).withHeaders(headers);
    const struct = requireStruct(value, `header ${this.#config.operation}`);
    const program = this.#programs.get(struct.schema);
    const kept = this.#config.operation === 'move' ? this.#keptFields(struct, program) : struct;
    this.#addHeaders(struct, program.moved, headers);
    return this.#half.replaced(record, program.target, kept).withHeaders(headers);
  }

  #keptFields(struct: Struct, { target, kept }: Program): Struct {
    const replaceNull = this.#config['replace.null.with.default'];
    return new Struct(target, gatherValues(struct.values, kept, replaceNull));
  }

  #addHeaders(struct: Struct, fields: readonly (Field | null)[], headers: ConnectHeaders): void {
    const replaceNull = this.#config['replace.null.with.default'];
    for (const [index, field] of fields.entries()) {
      if (field === null) throw noSuchField(this.#config.fields[index] as string, struct.schema);
      const value = struct.values[field.index] ?? readNull(field, replaceNull);
      headers.add(this.#config.headers[index] as string, value, field.schema);
    }
  }

  #withoutEntries(value: unknown, headers: ConnectHeaders): unknown {
    const { fields, headers: keys, operation } = this.#config;
    const map = requireMap(value, `header ${operation}`);
    for (const [index, field] of fields.entries()) headers.add(keys[index] as string, entry(map, field), null);
    if (operation === 'copy') return map;
    const rest = copyOfMap(map);
    for (const field of fields) deleteEntry(rest, field);
    return rest;
  }

  #programOf(source: Schema): Program {
    const { fields, operation } = this.#config;
    const moved = fields.map((name) => source.field(name));
    if (operation === 'copy') return { target: source, kept: [], moved };
    const kept = source.fields.filter(({ name }) => !fields.includes(name));
    const builder = SchemaBuilder.from(source, ['optional', 'defaultValue', 'fields']);
    for (const { name, schema } of kept) builder.field(name, schema);
    return { target: builder.build(), kept, moved };
  }
}

function noSuchField(name: string, schema: Schema): NullPointerException {
  const known = schema.fields.map((field) => field.name).join(', ');
  return new NullPointerException(`Field does not exist: ${name}; the fields of ${schema} are: ${known}`);
}

/** {@link HeaderFrom} on record keys. */
export class HeaderFromKey extends HeaderFrom {
  constructor() {
    super(KEY);
  }
}

/** {@link HeaderFrom} on record values. */
export class HeaderFromValue extends HeaderFrom {
  constructor() {
    super(VALUE);
  }
}
