import {
  ConfigDef,
  type ConnectRecord,
  isStruct,
  type PluginConfig,
  type Schema,
  SchemaBuilder,
  Struct,
  type Transformation,
} from '@millrace/api';
import { type Half, KEY, VALUE } from './record/half.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { setEntry, type SchemalessMap } from './record/schemaless-map.ts';

const CONFIG = new ConfigDef().define('field', {
  type: 'string',
  importance: 'medium',
  doc: 'Name of the one field that is to hold the whole key or value.',
});

/** Wraps the whole half in a struct or a map of one field. As `org.apache.kafka.connect.transforms.HoistField`. */
abstract class HoistField implements Transformation {
  readonly #half: Half;
  #field = '';
  readonly #schemas = new SchemaCache((schema) => SchemaBuilder.struct().field(this.#field, schema).build());

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#field = CONFIG.parse(config).field;
    this.#schemas.clear();
  }

  /**
   * @throws SchemaBuilderException if the field has an empty name.
   * @throws DataException if the value does not fit its schema, for instance null where the schema is not optional.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    if (schema === null) return this.#half.replaced(record, null, this.#hoistedMap(value));
    const hoisted = this.#schemas.get(schema);
    return this.#half.replaced(record, hoisted, new Struct(hoisted, [this.#checked(schema, value)]));
  }

  #hoistedMap(value: unknown): SchemalessMap {
    // A configured null is a key like any other to Java's maps.
    if (this.#field === null) return new Map([[null, value]]);
    const map: SchemalessMap = {};
    setEntry(map, this.#field, value);
    return map;
  }

  /** A struct of the right schema was checked when it was made; other halves may hold anything. */
  #checked(schema: Schema, value: unknown): unknown {
    if (isStruct(value) && value.schema === schema) return value;
    return schema.conform(value, `field: "${this.#field}"`);
  }
}

/** {@link HoistField} on record keys. */
export class HoistFieldKey extends HoistField {
  constructor() {
    super(KEY);
  }
}

/** {@link HoistField} on record values. */
export class HoistFieldValue extends HoistField {
  constructor() {
    super(VALUE);
  }
}
