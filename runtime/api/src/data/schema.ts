import { DataException } from '../errors/exceptions.ts';
import { canonicalText } from './canonical-text.ts';
import { conformer, type Conform } from './conform.ts';
import { logicalTypeOf, type LogicalType } from './logical-type.ts';
import type { SchemaType } from './schema-type.ts';
import { shared } from './shared-state.ts';

const brand = Symbol.for('millrace.api/Schema');

/** One named field of a struct. */
export interface Field {
  readonly name: string;
  /** Position in the struct, from 0. */
  readonly index: number;
  readonly schema: Schema;
}

/** Everything that makes up a schema. Two schemas with equal attributes are the same object. */
export interface SchemaAttributes {
  readonly type: SchemaType;
  /** Whether null is a value. Default false. */
  readonly optional?: boolean;
  /** Value of a null or unset field, in runtime form (see {@link Schema.conform}). Default null, which means none. */
  readonly defaultValue?: unknown;
  readonly name?: string | null;
  readonly version?: number | null;
  readonly doc?: string | null;
  /** Free-form attributes. An empty map is the same as none, and their order makes no other schema. */
  readonly parameters?: ReadonlyMap<string, string> | null;
  /** Only for a struct. */
  readonly fields?: readonly { readonly name: string; readonly schema: Schema }[];
  /** Only for a map. */
  readonly keySchema?: Schema | null;
  /** Only for an array or a map. */
  readonly valueSchema?: Schema | null;
}

/**
 * Describes a value, as `org.apache.kafka.connect.data.Schema`.
 *
 * Schemas are interned: {@link Schema.of} and {@link SchemaBuilder} hand out one frozen instance for equal attributes, so `===` is
 * structural equality, and whatever is computed from a schema can be kept in a `WeakMap` or beside the last schema seen.
 */
export class Schema {
  readonly type: SchemaType;
  readonly optional: boolean;
  readonly defaultValue: unknown;
  readonly name: string | null;
  readonly version: number | null;
  readonly doc: string | null;
  readonly parameters: ReadonlyMap<string, string> | null;
  /** Which of Kafka's four logical types the name stands for, whatever the base type. */
  readonly logical: LogicalType | null;
  /** Unique in this process; equal ids are equal schemas. */
  readonly id: number;
  readonly #fields: readonly Field[] | null;
  readonly #fieldsByName: ReadonlyMap<string, Field> | null;
  readonly #keySchema: Schema | null;
  readonly #valueSchema: Schema | null;
  #conform: Conform | null = null;

  /** @internal Use {@link Schema.of} or a SchemaBuilder. */
  constructor(attributes: SchemaAttributes, id: number) {
    this.type = attributes.type;
    this.optional = attributes.optional ?? false;
    this.defaultValue = attributes.defaultValue ?? null;
    this.name = attributes.name ?? null;
    this.version = attributes.version ?? null;
    this.doc = attributes.doc ?? null;
    this.parameters = parametersOf(attributes);
    this.logical = logicalTypeOf(this.name);
    this.id = id;
    this.#fields = attributes.type === 'struct' ? fieldsOf(attributes) : null;
    this.#fieldsByName = this.#fields && new Map(this.#fields.map((field) => [field.name, field]));
    this.#keySchema = attributes.keySchema ?? null;
    this.#valueSchema = attributes.valueSchema ?? null;
    Object.freeze(this);
  }

  /** The one schema with these attributes. They are taken as they are: a SchemaBuilder checks, this does not. */
  static of(attributes: SchemaAttributes): Schema {
    const text = canonicalSchemaText(attributes);
    const existing = shared.schemas.get(text)?.deref();
    if (existing !== undefined) return existing;
    const schema = new Schema(attributes, shared.nextSchemaId++);
    shared.schemas.set(text, new WeakRef(schema));
    shared.collected.register(schema, text);
    return schema;
  }

  get [brand](): true {
    return true;
  }

  /** The fields of a struct. @throws DataException on any other type. */
  get fields(): readonly Field[] {
    if (this.#fields === null) throw new DataException('Cannot list fields on non-struct type');
    return this.#fields;
  }

  /** The field of this name, or null. @throws DataException if this is not a struct. */
  field(name: string): Field | null {
    if (this.#fieldsByName === null) throw new DataException('Cannot look up fields on non-struct type');
    return this.#fieldsByName.get(name) ?? null;
  }

  /** Schema of a map's keys; null in some results of the header parser. @throws DataException on any other type. */
  get keySchema(): Schema | null {
    if (this.type !== 'map') throw new DataException('Cannot look up key schema on non-map type');
    return this.#keySchema;
  }

  /** Schema of a map's values or an array's elements; null in some results of the header parser. @throws DataException on any other type. */
  get valueSchema(): Schema | null {
    if (this.type !== 'map' && this.type !== 'array') {
      throw new DataException('Cannot look up value schema on non-array and non-map type');
    }
    return this.#valueSchema;
  }

  /** Whether a null of this schema stands for {@link defaultValue}. */
  get hasDefault(): boolean {
    return this.defaultValue !== null;
  }

  /**
   * Checks a value against this schema and returns its runtime form: dates of a logical type as their encoded numbers, INT64 as a
   * `number` when it is a safe integer, FLOAT32 rounded, bytes as a Buffer, maps as a Map. The value itself comes back when nothing changes.
   *
   * @param where what the value is, for the message, such as `field: "price"`
   * @throws DataException if the value does not fit.
   */
  conform(value: unknown, where = 'value'): unknown {
    return this.#compiled()(value, where);
  }

  /** The attributes, as {@link Schema.of} takes them: the start of a changed copy. */
  attributes(): SchemaAttributes {
    return {
      type: this.type,
      optional: this.optional,
      defaultValue: this.defaultValue,
      name: this.name,
      version: this.version,
      doc: this.doc,
      parameters: this.parameters,
      ...(this.#fields === null ? {} : { fields: this.#fields }),
      keySchema: this.#keySchema,
      valueSchema: this.#valueSchema,
    };
  }

  /** Kafka Connect's text form, `Schema{name:TYPE}`. */
  toString(): string {
    const type = this.type.toUpperCase();
    return this.name === null ? `Schema{${type}}` : `Schema{${this.name}:${type}}`;
  }

  #compiled(): Conform {
    this.#conform ??= conformer(this, this.#fields === null ? { key: this.#keySchema, value: this.#valueSchema } : null);
    return this.#conform;
  }

  static readonly INT8_SCHEMA: Schema = Schema.of({ type: 'int8' });
  static readonly INT16_SCHEMA: Schema = Schema.of({ type: 'int16' });
  static readonly INT32_SCHEMA: Schema = Schema.of({ type: 'int32' });
  static readonly INT64_SCHEMA: Schema = Schema.of({ type: 'int64' });
  static readonly FLOAT32_SCHEMA: Schema = Schema.of({ type: 'float32' });
  static readonly FLOAT64_SCHEMA: Schema = Schema.of({ type: 'float64' });
  static readonly BOOLEAN_SCHEMA: Schema = Schema.of({ type: 'boolean' });
  static readonly STRING_SCHEMA: Schema = Schema.of({ type: 'string' });
  static readonly BYTES_SCHEMA: Schema = Schema.of({ type: 'bytes' });
  static readonly OPTIONAL_INT8_SCHEMA: Schema = Schema.of({ type: 'int8', optional: true });
  static readonly OPTIONAL_INT16_SCHEMA: Schema = Schema.of({ type: 'int16', optional: true });
  static readonly OPTIONAL_INT32_SCHEMA: Schema = Schema.of({ type: 'int32', optional: true });
  static readonly OPTIONAL_INT64_SCHEMA: Schema = Schema.of({ type: 'int64', optional: true });
  static readonly OPTIONAL_FLOAT32_SCHEMA: Schema = Schema.of({ type: 'float32', optional: true });
  static readonly OPTIONAL_FLOAT64_SCHEMA: Schema = Schema.of({ type: 'float64', optional: true });
  static readonly OPTIONAL_BOOLEAN_SCHEMA: Schema = Schema.of({ type: 'boolean', optional: true });
  static readonly OPTIONAL_STRING_SCHEMA: Schema = Schema.of({ type: 'string', optional: true });
  static readonly OPTIONAL_BYTES_SCHEMA: Schema = Schema.of({ type: 'bytes', optional: true });
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && (value as { [brand]?: true })[brand] === true;
}

function parametersOf(attributes: SchemaAttributes): ReadonlyMap<string, string> | null {
  const parameters = attributes.parameters;
  return parameters === undefined || parameters === null || parameters.size === 0 ? null : new Map(parameters);
}

function fieldsOf(attributes: SchemaAttributes): readonly Field[] {
  const fields = attributes.fields ?? [];
  return Object.freeze(fields.map(({ name, schema }, index) => Object.freeze({ name, index, schema })));
}

/** Equal texts are equal schemas. Inner schemas are interned already, so their ids stand for them. */
function canonicalSchemaText(attributes: SchemaAttributes): string {
  return JSON.stringify([
    attributes.type,
    attributes.optional ? 1 : 0,
    attributes.name ?? null,
    attributes.version ?? null,
    attributes.doc ?? null,
    // The order of parameters does not count in Kafka either: the first schema seen lends its own.
    attributes.parameters ? [...attributes.parameters].sort(([left], [right]) => (left < right ? -1 : 1)).flat() : [],
    canonicalText(attributes.defaultValue ?? null),
    attributes.keySchema?.id ?? 0,
    attributes.valueSchema?.id ?? 0,
    attributes.fields?.flatMap(({ name, schema }) => [name, schema.id]) ?? [],
  ]);
}
