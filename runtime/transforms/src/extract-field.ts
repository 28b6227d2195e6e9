import {
  ConfigDef,
  type ConnectRecord,
  IllegalArgumentException,
  type Parsed,
  type PluginConfig,
  type Transformation,
} from '@millrace/api';
import { type Half, KEY, VALUE } from './record/half.ts';
import { requireMapOrNull, requireStructOrNull } from './record/requirements.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { FIELD_SYNTAX_VERSION, fieldSyntaxVersion, SingleFieldPath } from './record/single-field-path.ts';
import { REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault } from './replace-null-with-default.ts';

const PURPOSE = 'field extraction';

const CONFIG = new ConfigDef()
  .define('field', { type: 'string', importance: 'medium', doc: 'Field to extract.' })
  .define(REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault)
  .define(FIELD_SYNTAX_VERSION, fieldSyntaxVersion);

/**
 * Replaces the whole half by one of its fields, with that field's schema.
 * As `org.apache.kafka.connect.transforms.ExtractField`.
 */
abstract class ExtractField implements Transformation {
  readonly #half: Half;
  #config: Parsed<typeof CONFIG> = CONFIG.parse({ field: '' });
  #path = new SingleFieldPath('', 'V1');
  readonly #fields = new SchemaCache((schema) => this.#path.fieldFrom(schema));

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#config = CONFIG.parse(config);
    this.#fields.clear();
    this.#path = new SingleFieldPath(this.#config.field, this.#config['field.syntax.version']);
  }

  /**
   * @throws DataException if the half is neither a map nor a struct nor null.
   * @throws IllegalArgumentException if its schema has no such field.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    if (schema === null) {
      const map = requireMapOrNull(value, PURPOSE);
      return this.#half.replaced(record, null, map === null ? null : this.#path.valueFromMap(map));
    }
    const struct = requireStructOrNull(value, PURPOSE);
    const field = this.#fields.get(schema);
    if (field === null) throw new IllegalArgumentException(`Unknown field: ${this.#path.path}`);
    const replaceNull = this.#config['replace.null.with.default'];
    return this.#half.replaced(record, field.schema, struct === null ? null : this.#path.valueFromStruct(struct, replaceNull));
  }
}

/** {@link ExtractField} on record keys. */
export class ExtractFieldKey extends ExtractField {
  constructor() {
    super(KEY);
  }
}

/** {@link ExtractField} on record values. */
export class ExtractFieldValue extends ExtractField {
  constructor() {
    super(VALUE);
  }
}
