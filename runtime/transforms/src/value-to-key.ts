import {
  ConfigDef,
  type ConnectRecord,
  DataException,
  type Parsed,
  type PluginConfig,
  type Schema,
  SchemaBuilder,
  Struct,
  type Transformation,
  ValidList,
} from '@millrace/api';
import { nullOf } from './record/field-null.ts';
import { requireMap, requireStruct } from './record/requirements.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { emptyLike, setEntry } from './record/schemaless-map.ts';
import { FIELD_SYNTAX_VERSION, fieldSyntaxVersion, SingleFieldPath } from './record/single-field-path.ts';
import { REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault } from './replace-null-with-default.ts';

const PURPOSE = 'copying fields from value to key';

const CONFIG = new ConfigDef()
  .define('fields', {
    type: 'list',
    importance: 'high',
    validator: ValidList.anyNonDuplicateValues(false, false),
    doc: "Fields of the record's value that make up the new key.",
  })
  .define(REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault)
  .define(FIELD_SYNTAX_VERSION, fieldSyntaxVersion);

/**
 * Replaces the record's key by some fields of its value. The fields of the key are named by their whole path.
 * As `org.apache.kafka.connect.transforms.ValueToKey`.
 */
export class ValueToKey implements Transformation {
  #config: Parsed<typeof CONFIG> = CONFIG.parse({ fields: 'key' });
  #paths: readonly SingleFieldPath[] = [];
  readonly #keySchemas = new SchemaCache((schema) => this.#keySchemaOf(schema));

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#config = CONFIG.parse(config);
    this.#keySchemas.clear();
    this.#paths = this.#config.fields.map((field) => new SingleFieldPath(field, this.#config['field.syntax.version']));
  }

  /** @throws DataException if the value is neither a map nor a struct (null included), or its schema lacks one of the fields. */
  apply<R extends ConnectRecord<R>>(record: R): R {
    if (record.valueSchema === null) return this.#applySchemaless(record);
    const struct = requireStruct(record.value, PURPOSE);
    const keySchema = this.#keySchemas.get(struct.schema);
    const replaceNull = this.#config['replace.null.with.default'];
    const values: unknown[] = [];
    for (const field of keySchema.fields) {
      values.push(this.#paths[field.index]?.valueFromStruct(struct, replaceNull) ?? nullOf(field, false));
    }
    return record.withKey(keySchema, new Struct(keySchema, values));
  }

  #applySchemaless<R extends ConnectRecord<R>>(record: R): R {
    const map = requireMap(record.value, PURPOSE);
    const key = emptyLike(map);
    for (const path of this.#paths) setEntry(key, path.path, path.valueFromMap(map));
    return record.withKey(null, key);
  }

  #keySchemaOf(schema: Schema): Schema {
    const builder = SchemaBuilder.struct();
    for (const path of this.#paths) {
      const field = path.fieldFrom(schema);
      if (field === null) throw new DataException(`Field does not exist: ${path.path}`);
      builder.field(path.path, field.schema);
    }
    return builder.build();
  }
}
