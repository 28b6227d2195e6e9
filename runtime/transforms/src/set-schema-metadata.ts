import {
  ConfigDef,
  ConfigException,
  type ConnectRecord,
  DataException,
  isStruct,
  type PluginConfig,
  Schema,
  Struct,
  type Transformation,
} from '@millrace/api';
import { type Half, KEY, VALUE } from './record/half.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { copyValues } from './record/struct-values.ts';
import { REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault } from './replace-null-with-default.ts';

const CONFIG = new ConfigDef()
  .define('schema.name', { type: 'string', default: null, importance: 'high', doc: 'Name to set.' })
  .define('schema.version', { type: 'int', default: null, importance: 'high', doc: 'Version to set.' })
  .define(REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault);

/**
 * Sets the name or the version of the half's schema. As `org.apache.kafka.connect.transforms.SetSchemaMetadata`, which takes struct
 * schemas only.
 */
abstract class SetSchemaMetadata implements Transformation {
  readonly #half: Half;
  #name: string | null = null;
  #version: number | null = null;
  #replaceNull = true;
  readonly #schemas = new SchemaCache((schema) => this.#updated(schema));

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    const parsed = CONFIG.parse(config);
    this.#name = parsed['schema.name'];
    this.#version = parsed['schema.version'];
    this.#replaceNull = parsed['replace.null.with.default'];
    this.#schemas.clear();
    if (this.#name === null && this.#version === null) {
      throw new ConfigException('Neither schema name nor version configured', { suggestion: 'Set schema.name, schema.version, or both' });
    }
  }

  /** @throws DataException if a value has no schema, or the schema is no struct's. */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    if (schema === null) {
      if (value === null) return record;
      throw new DataException('Schema required for [updating schema metadata]');
    }
    const updated = this.#schemas.get(schema);
    return this.#half.replaced(record, updated, isStruct(value) ? this.#moved(value, updated) : value);
  }

  #moved(struct: Struct, schema: Schema): Struct {
    return new Struct(schema, copyValues(struct.values, schema.fields, this.#replaceNull));
  }

  #updated(schema: Schema): Schema {
    if (schema.type !== 'struct') throw new DataException('Cannot list fields on non-struct type');
    return Schema.of({ ...schema.attributes(), name: this.#name ?? schema.name, version: this.#version ?? schema.version });
  }
}

/** {@link SetSchemaMetadata} on record keys. */
export class SetSchemaMetadataKey extends SetSchemaMetadata {
  constructor() {
    super(KEY);
  }
}

/** {@link SetSchemaMetadata} on record values. */
export class SetSchemaMetadataValue extends SetSchemaMetadata {
  constructor() {
    super(VALUE);
  }
}
