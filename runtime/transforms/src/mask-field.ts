import {
  ConfigDef,
  type ConnectRecord,
  type Field,
  NonEmptyString,
  type Parsed,
  type PluginConfig,
  type Schema,
  Struct,
  type Transformation,
  ValidList,
} from '@millrace/api';
import { masked, type Mask } from './mask-value.ts';
import { type Half, KEY, VALUE } from './record/half.ts';
import { requireMap, requireStruct } from './record/requirements.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { copyOfMap, entry, setEntry } from './record/schemaless-map.ts';
import { copyValues } from './record/struct-values.ts';
import { REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault } from './replace-null-with-default.ts';

const PURPOSE = 'mask fields';

const CONFIG = new ConfigDef()
  .define('fields', {
    type: 'list',
    importance: 'high',
    validator: ValidList.anyNonDuplicateValues(false, false),
    doc: 'Fields to mask.',
  })
  .define('replacement', {
    type: 'string',
    default: null,
    importance: 'low',
    validator: new NonEmptyString(),
    doc: 'What numbers and texts are replaced by. Without it, every masked field gets the empty value of its type: 0, false, an empty text.',
  })
  .define(REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault);

/** What becomes of one struct schema. */
interface Program {
  readonly fields: readonly Field[];
  readonly masked: readonly Field[];
}

/** Hides the values of some fields. As `org.apache.kafka.connect.transforms.MaskField`. */
abstract class MaskField implements Transformation {
  readonly #half: Half;
  #config: Parsed<typeof CONFIG> = CONFIG.parse({ fields: 'field' });
  #mask: Mask = masked(null);
  readonly #programs = new SchemaCache((schema) => this.#programOf(schema));

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#config = CONFIG.parse(config);
    this.#mask = masked(this.#config.replacement);
    this.#programs.clear();
  }

  /** @throws DataException if the half is neither a map nor a struct (null included), or a value's class cannot be masked. */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    if (schema === null) return this.#applySchemaless(record, value);
    const struct = requireStruct(value, PURPOSE);
    const { fields, masked } = this.#programs.get(struct.schema);
    const values = copyValues(struct.values, fields, this.#config['replace.null.with.default']);
    for (const { index, schema: fieldSchema } of masked) {
      if (values[index] !== null) values[index] = this.#mask(values[index], fieldSchema);
    }
    return this.#half.replaced(record, schema, new Struct(struct.schema, values));
  }

  #applySchemaless<R extends ConnectRecord<R>>(record: R, value: unknown): R {
    const map = requireMap(value, PURPOSE);
    const copy = copyOfMap(map);
    for (const field of this.#config.fields) {
      const original = entry(map, field);
      setEntry(copy, field, original === null ? null : this.#mask(original, null));
    }
    return this.#half.replaced(record, null, copy);
  }

  #programOf(schema: Schema): Program {
    const names = new Set(this.#config.fields);
    return { fields: schema.fields, masked: schema.fields.filter(({ name }) => names.has(name)) };
  }
}

/** {@link MaskField} on record keys. */
export class MaskFieldKey extends MaskField {
  constructor() {
    super(KEY);
  }
}

/** {@link MaskField} on record values. */
export class MaskFieldValue extends MaskField {
  constructor() {
    super(VALUE);
  }
}
