import { NullPointerException, SchemaProjectorException } from '../errors/exceptions.ts';
import { valuesEqual } from './canonical-text.ts';
import { floatOfInteger } from './nearest-float.ts';
import type { Field, Schema } from './schema.ts';
import { isPrimitive, type SchemaType } from './schema-type.ts';
import { Struct } from './struct.ts';
import { isTypedNumber } from './typed-number.ts';

/** Turns a value of one schema into a value of another. */
type Projection = (value: unknown) => unknown;

/** Each of these types can become any later one. */
const promotions: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64'];

const projections = new WeakMap<Schema, WeakMap<Schema, Projection>>();
let lastSource: Schema | null = null;
let lastTarget: Schema | null = null;
let lastProjection: Projection = identity;

/**
 * Projection of values from the schema that they were written with to the one that a reader wants, as
 * `org.apache.kafka.connect.data.SchemaProjector`: numbers widen, fields are dropped, and new fields are null or take their default.
 */
export const SchemaProjector = { project } as const;

/**
 * Projects a value in runtime form. The work that depends on the schemas alone is done once for each pair.
 *
 * @throws SchemaProjectorException if the schemas do not fit together. Schemas inside a container are compared when a value needs them.
 * @throws DataException if a required field of the target would be null.
 * @throws NullPointerException without one of the schemas.
 */
function project(source: Schema, value: unknown, target: Schema): unknown {
  if (!source || !target) throw new NullPointerException(`A projection needs a ${source ? 'target' : 'source'} schema`);
  if (source !== lastSource || target !== lastTarget) {
    lastProjection = projectionOf(source, target);
    lastSource = source;
    lastTarget = target;
  }
  return lastProjection(value ?? null);
}

function projectionOf(source: Schema, target: Schema): Projection {
  let ofSource = projections.get(source);
  if (ofSource === undefined) projections.set(source, (ofSource = new WeakMap()));
  let projection = ofSource.get(target);
  if (projection === undefined) ofSource.set(target, (projection = compile(source, target)));
  return projection;
}

function compile(source: Schema, target: Schema): Projection {
  const mismatch = incompatibility(source, target);
  if (mismatch !== null) return failing(mismatch);
  const project = compileValue(source, target);
  if (!source.optional || target.optional) return (value) => (value === null ? null : project(value));
  if (!target.hasDefault) return failing('Writer schema is optional, however, target schema does not provide a default value.');
  return (value) => (value === null ? target.defaultValue : project(value));
}

function failing(message: string): Projection {
  return () => {
    throw new SchemaProjectorException(message);
  };
}

function incompatibility(source: Schema, target: Schema): string | null {
  if (source.type !== target.type && !canPromote(source.type, target.type)) {
    return `Schema type mismatch. source type: ${source.type.toUpperCase()} and target type: ${target.type.toUpperCase()}`;
  }
  if (source.name !== target.name) return `Schema name mismatch. source name: ${source.name} and target name: ${target.name}`;
  if (!valuesEqual(source.parameters, target.parameters)) {
    return `Schema parameters not equal. source parameters: ${parametersText(source)} and target parameters: ${parametersText(target)}`;
  }
  return null;
}

function canPromote(source: SchemaType, target: SchemaType): boolean {
  const from = promotions.indexOf(source);
  return from >= 0 && promotions.indexOf(target) > from;
}

function parametersText({ parameters }: Schema): string {
  return parameters === null ? 'null' : `{${Array.from(parameters, ([key, value]) => `${key}=${value}`).join(', ')}}`;
}

function compileValue(source: Schema, target: Schema): Projection {
  if (isPrimitive(target.type)) return source.type === target.type ? identity : compileNumber(target.type);
  switch (target.type) {
    case 'struct':
      return compileStruct(source, target);
    case 'array':
      return compileArray(source, target);
    default:
      return compileMap(source, target);
  }
}

/** Widening integers changes nothing in runtime form; a date stays the number that encodes it. */
function compileNumber(type: SchemaType): Projection {
  const toNumber = type === 'float32' ? floatOfInteger : type === 'float64' ? Number : null;
  return (value) => {
    const number = isTypedNumber(value) ? value.value : value;
    return toNumber === null || (typeof number !== 'number' && typeof number !== 'bigint') ? number : toNumber(number);
  };
}

function compileStruct(source: Schema, target: Schema): Projection {
  const fields = target.fields.map((field) => compileField(source, field));
  return (value) => {
    const struct = value as Struct;
    return new Struct(
      target,
      fields.map((project) => project(struct.values)),
    );
  };
}

function compileField(source: Schema, target: Field): (values: readonly unknown[]) => unknown {
  const from = source.field(target.name);
  if (from === null) return missingField(source, target);
  let projection: Projection | null = null;
  return (values) => {
    projection ??= projectionOf(from.schema, target.schema);
    try {
      const projected = projection(values[from.index] ?? from.schema.defaultValue);
      return projected === null ? target.schema.conform(null, `field: "${target.name}"`) : projected;
    } catch (error) {
      if (!(error instanceof SchemaProjectorException)) throw error;
      throw new SchemaProjectorException(`Error projecting ${target.name}`, { cause: error });
    }
  };
}

function missingField(source: Schema, { name, schema }: Field): Projection {
  if (schema.optional) return () => null;
  if (schema.hasDefault) return () => schema.defaultValue;
  return failing(`Required field \`${name}\` is missing from source schema: ${source}`);
}

function compileArray(source: Schema, target: Schema): Projection {
  return (value) => {
    const element = innerProjection(source.valueSchema, target.valueSchema);
    return (value as unknown[]).map((item) => element(item ?? null));
  };
}

function compileMap(source: Schema, target: Schema): Projection {
  return (value) => {
    const projectKey = innerProjection(source.keySchema, target.keySchema);
    const projectValue = innerProjection(source.valueSchema, target.valueSchema);
    const projected = new Map<unknown, unknown>();
    for (const [key, item] of value as Map<unknown, unknown>) projected.set(projectKey(key ?? null), projectValue(item ?? null));
    return projected;
  };
}

function innerProjection(source: Schema | null, target: Schema | null): Projection {
  if (source !== null && target !== null) return projectionOf(source, target);
  return () => {
    throw new NullPointerException('A projection of elements needs their schemas on both sides');
  };
}

function identity(value: unknown): unknown {
  return value;
}
