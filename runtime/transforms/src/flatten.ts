import {
  ClassCastException,
  className,
  ConfigDef,
  type ConnectRecord,
  DataException,
  type Field,
  isStruct,
  javaClassOf,
  type PluginConfig,
  type Schema,
  SchemaBuilder,
  Struct,
  type Transformation,
} from '@millrace/api';
import { requiredNull } from './record/field-null.ts';
import { type Half, KEY, VALUE } from './record/half.ts';
import { requireMap, requireStruct } from './record/requirements.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { emptyLike, type SchemalessMap, setEntry } from './record/schemaless-map.ts';
import { schemalessType } from './record/schemaless-type.ts';

const PURPOSE = 'flattening';

const CONFIG = new ConfigDef().define('delimiter', {
  type: 'string',
  default: '.',
  importance: 'medium',
  doc: 'Text between the names of the outer and the inner field.',
});

/** Where the values of one struct go: a slot of the flat struct, or another struct to walk through. */
type Step = { readonly field: Field; readonly isOptional: boolean; readonly inner: readonly Step[] | null };

/** What becomes of one struct schema. */
interface Program {
  readonly target: Schema;
  readonly steps: readonly Step[];
}

/**
 * Turns nested structs or maps into one flat level. As `org.apache.kafka.connect.transforms.Flatten`: a field is optional, and has a
 * default, when one of the structs around it is optional or has one; arrays stay as they are.
 */
abstract class Flatten implements Transformation {
  readonly #half: Half;
  #delimiter = '.';
  readonly #programs = new SchemaCache((schema) => this.#programOf(schema));

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#delimiter = CONFIG.parse(config).delimiter;
    this.#programs.clear();
  }

  /**
   * @throws DataException if the half is neither a map nor a struct nor null, or holds a map in a struct or an unknown class in a map.
   * @throws SchemaBuilderException if two fields of a struct would have the same name.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    if (value === null) return record;
    if (schema === null) {
      const map = requireMap(value, PURPOSE);
      const flat = emptyLike(map);
      this.#flattenMap(map, '', flat);
      return this.#half.replaced(record, null, flat);
    }
    const struct = requireStruct(value, PURPOSE);
    const program = this.#programs.get(struct.schema);
    const values: unknown[] = [];
    flattenStruct(struct, program.steps, values);
    return this.#half.replaced(record, program.target, new Struct(program.target, values));
  }

  #name(prefix: string, name: string): string {
    return prefix === '' ? name : `${prefix}${this.#delimiter}${name}`;
  }

  #flattenMap(map: SchemalessMap, prefix: string, flat: SchemalessMap): void {
    for (const [key, value] of map instanceof Map ? map : Object.entries(map)) {
      if (typeof key !== 'string') {
        throw new ClassCastException(`Keys of a map must be texts for [${PURPOSE}], found: ${javaClassOf(key)}`);
      }
      const name = this.#name(prefix, key);
      const type = value === null ? 'string' : schemalessType(value);
      if (type === 'map') this.#flattenMap(value as SchemalessMap, name, flat);
      else if (type === null) throw unknownClass(value);
      else if (type === 'struct') throw unsupported(`${className(value)} for record without schemas (for field ${name})`);
      else setEntry(flat, name, value);
    }
  }

  #programOf(source: Schema): Program {
    const builder = SchemaBuilder.from(source, ['optional', 'defaultValue', 'fields']);
    const outer = { prefix: '', isOptional: source.optional, defaultValue: source.defaultValue };
    const steps = this.#steps(source, outer, builder);
    return { target: builder.build(), steps };
  }

  #steps(schema: Schema, outer: Outer, builder: SchemaBuilder): Step[] {
    return schema.fields.map((field) => {
      const prefix = this.#name(outer.prefix, field.name);
      const isOptional = outer.isOptional || field.schema.optional;
      const defaultValue = field.schema.defaultValue ?? defaultIn(outer.defaultValue, field);
      if (field.schema.type === 'struct') {
        return { field, isOptional, inner: this.#steps(field.schema, { prefix, isOptional, defaultValue }, builder) };
      }
      if (field.schema.type === 'map') throw unsupported(`MAP for record with schemas (for field ${prefix})`);
      builder.field(prefix, flatFieldSchema(field.schema, isOptional, defaultValue));
      return { field, isOptional, inner: null };
    });
  }
}

/** What the fields of a struct inherit from the structs around them. */
interface Outer {
  readonly prefix: string;
  readonly isOptional: boolean;
  readonly defaultValue: unknown;
}

function defaultIn(struct: unknown, field: Field): unknown {
  return isStruct(struct) ? (struct.values[field.index] ?? field.schema.defaultValue) : null;
}

function flatFieldSchema(schema: Schema, isOptional: boolean, defaultValue: unknown): Schema {
  const builder = SchemaBuilder.from(schema, ['optional', 'defaultValue']);
  if (isOptional) builder.optional();
  if (defaultValue !== null) builder.defaultValue(defaultValue);
  return builder.build();
}

/** Appends the values in the order of the flat fields. A null struct leaves all its fields unset, defaults included, as in Kafka. */
function flattenStruct(struct: Struct | null, steps: readonly Step[], values: unknown[]): void {
  for (const { field, isOptional, inner } of steps) {
    const value = struct === null ? null : (struct.values[field.index] ?? null);
    if (inner !== null) {
      flattenStruct(value as Struct | null, inner, values);
    } else {
      const read = value ?? (struct === null ? null : field.schema.defaultValue);
      if (read === null && struct !== null && !isOptional) throw requiredNull(field.name, field.schema.type);
      values.push(read);
    }
  }
}

function unsupported(what: string): DataException {
  return new DataException(`Flatten transformation does not support ${what}.`);
}

function unknownClass(value: unknown): DataException {
  return new DataException(
    `Flatten transformation was passed a value of type ${className(value)} which is not supported by Connect's data API`,
  );
}

/** {@link Flatten} on record keys. */
export class FlattenKey extends Flatten {
  constructor() {
    super(KEY);
  }
}

/** {@link Flatten} on record values. */
export class FlattenValue extends Flatten {
  constructor() {
    super(VALUE);
  }
}
