import { DataException, SchemaBuilderException } from '../errors/exceptions.ts';
import { isPrimitive, type SchemaType } from './schema-type.ts';
import { isSchema, Schema, type SchemaAttributes } from './schema.ts';

type Settable = 'optional' | 'defaultValue' | 'name' | 'version' | 'doc';

/**
 * Builds a schema step by step, as `org.apache.kafka.connect.data.SchemaBuilder`. Each attribute may be set once (again only to the same
 * value), and a default is checked when it is set: call {@link optional} and {@link field} before {@link defaultValue}.
 * A builder may stand wherever a schema is asked for.
 */
export class SchemaBuilder {
  readonly type: SchemaType;
  readonly #set: { [K in Settable]?: SchemaAttributes[K] } = {};
  readonly #parameters = new Map<string, string>();
  readonly #fields = new Map<string, Schema>();
  readonly #keySchema: Schema | null;
  readonly #valueSchema: Schema | null;

  /** @throws SchemaBuilderException without a type. */
  constructor(type: SchemaType, inner: { keySchema?: Schema | null; valueSchema?: Schema | null } = {}) {
    if (type === null || type === undefined) throw new SchemaBuilderException('type cannot be null');
    this.type = type;
    this.#keySchema = inner.keySchema ?? null;
    this.#valueSchema = inner.valueSchema ?? null;
  }

  static int8(): SchemaBuilder {
    return new SchemaBuilder('int8');
  }
  static int16(): SchemaBuilder {
    return new SchemaBuilder('int16');
  }
  static int32(): SchemaBuilder {
    return new SchemaBuilder('int32');
  }
  static int64(): SchemaBuilder {
    return new SchemaBuilder('int64');
  }
  static float32(): SchemaBuilder {
    return new SchemaBuilder('float32');
  }
  static float64(): SchemaBuilder {
    return new SchemaBuilder('float64');
  }
  static bool(): SchemaBuilder {
    return new SchemaBuilder('boolean');
  }
  static string(): SchemaBuilder {
    return new SchemaBuilder('string');
  }
  static bytes(): SchemaBuilder {
    return new SchemaBuilder('bytes');
  }
  static struct(): SchemaBuilder {
    return new SchemaBuilder('struct');
  }
  /** @throws SchemaBuilderException without an element schema. */
  static array(valueSchema: Schema | SchemaBuilder): SchemaBuilder {
    if (!valueSchema) throw new SchemaBuilderException('valueSchema cannot be null.');
    return new SchemaBuilder('array', { valueSchema: built(valueSchema) });
  }
  /** @throws SchemaBuilderException without a key or a value schema. */
  static map(keySchema: Schema | SchemaBuilder, valueSchema: Schema | SchemaBuilder): SchemaBuilder {
    if (!keySchema) throw new SchemaBuilderException('keySchema cannot be null.');
    if (!valueSchema) throw new SchemaBuilderException('valueSchema cannot be null.');
    return new SchemaBuilder('map', { keySchema: built(keySchema), valueSchema: built(valueSchema) });
  }

  /** A builder with all attributes of a schema except those named, which are then free to be set. */
  static from(schema: Schema, without: readonly (Settable | 'fields')[] = []): SchemaBuilder {
    const { optional, defaultValue, name, version, doc, parameters, fields, keySchema, valueSchema } = schema.attributes();
    const builder = new SchemaBuilder(schema.type, { keySchema: keySchema ?? null, valueSchema: valueSchema ?? null });
    const attributes = { optional: optional || undefined, defaultValue, name, version, doc } as const;
    for (const key of Object.keys(attributes) as Settable[]) {
      const value = attributes[key] ?? undefined;
      if (value !== undefined && !without.includes(key)) Object.assign(builder.#set, { [key]: value });
    }
    for (const [key, value] of parameters ?? []) builder.#parameters.set(key, value);
    if (!without.includes('fields')) for (const field of fields ?? []) builder.#fields.set(field.name, field.schema);
    return builder;
  }

  optional(): this {
    return this.#once('optional', true);
  }
  required(): this {
    return this.#once('optional', false);
  }
  name(name: string): this {
    return this.#once('name', name);
  }
  version(version: number): this {
    return this.#once('version', version);
  }
  doc(doc: string): this {
    return this.#once('doc', doc);
  }

  /** @throws SchemaBuilderException if the value does not fit the schema as it is so far. */
  defaultValue(value: unknown): this {
    let conformed: unknown;
    try {
      conformed = this.build().conform(value);
    } catch (error) {
      if (!(error instanceof DataException)) throw error;
      throw new SchemaBuilderException('Invalid default value', { cause: error });
    }
    const current = this.#set.defaultValue ?? null;
    if (current !== null && current !== conformed) throw alreadySet('defaultValue');
    this.#set.defaultValue = conformed;
    return this;
  }

  /** Adds a free-form attribute; a later value of the same key wins. */
  parameter(key: string, value: string): this {
    this.#parameters.set(key, value);
    return this;
  }

  parameters(parameters: Iterable<readonly [string, string]>): this {
    for (const [key, value] of parameters) this.#parameters.set(key, value);
    return this;
  }

  /** Adds a field to a struct. @throws SchemaBuilderException on another type, for an empty or a known name, or without a schema. */
  field(name: string, schema: Schema | SchemaBuilder): this {
    if (this.type !== 'struct') throw new SchemaBuilderException(`Cannot create fields on type ${this.type.toUpperCase()}`);
    if (!name) throw new SchemaBuilderException('fieldName cannot be null.');
    if (!schema) throw new SchemaBuilderException(`fieldSchema for field ${name} cannot be null.`);
    if (this.#fields.has(name)) throw new SchemaBuilderException(`Cannot create field because of field name duplication ${name}`);
    this.#fields.set(name, built(schema));
    return this;
  }

  build(): Schema {
    const attributes = { type: this.type, ...this.#set, parameters: this.#parameters };
    if (this.type === 'struct') {
      return Schema.of({ ...attributes, fields: Array.from(this.#fields, ([name, schema]) => ({ name, schema })) });
    }
    if (isPrimitive(this.type)) return Schema.of(attributes);
    return Schema.of({ ...attributes, keySchema: this.#keySchema, valueSchema: this.#valueSchema });
  }

  #once<K extends Settable>(attribute: K, value: SchemaAttributes[K]): this {
    const current = this.#set[attribute];
    if (current !== undefined && current !== value) throw alreadySet(attribute);
    Object.assign(this.#set, { [attribute]: value });
    return this;
  }
}

function alreadySet(attribute: string): SchemaBuilderException {
  return new SchemaBuilderException(`Invalid SchemaBuilder call: ${attribute} has already been set.`);
}

function built(schema: Schema | SchemaBuilder): Schema {
  return isSchema(schema) ? schema : schema.build();
}
