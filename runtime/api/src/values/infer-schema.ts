import { isPlainObject } from '../data/plain-object.ts';
import { SchemaBuilder } from '../data/schema-builder.ts';
import { schemaTypeOf } from '../data/schema-type-of.ts';
import type { SchemaType } from '../data/schema-type.ts';
import { isPrimitive } from '../data/schema-type.ts';
import { Schema } from '../data/schema.ts';
import type { Struct } from '../data/struct.ts';

/**
 * The schema of a schemaless value by its class, as `Values.inferSchema`: elements of a list or a map must all be of one type. Kafka looks at
 * the types of elements only, so a list of lists gets element schemas without inner schemas, and structs inside a list ones without fields.
 *
 * @returns null for null, dates, decimals, empty containers, mixed containers and classes without a schema type
 * @throws SchemaBuilderException for a container in which every element, key or value is null.
 */
export function inferSchema(value: unknown): Schema | null {
  const type = schemaTypeOf(value);
  if (type === null) return null;
  if (isPrimitive(type)) return Schema.of({ type });
  switch (type) {
    case 'struct':
      return (value as Struct).schema;
    case 'array':
      return inferList(value as readonly unknown[]);
    default:
      return inferMap(isPlainObject(value) ? new Map(Object.entries(value)) : (value as Map<unknown, unknown>));
  }
}

function inferList(list: readonly unknown[]): Schema | null {
  const element = list.length === 0 ? null : commonElement(list);
  return element && SchemaBuilder.array(element()).build();
}

function inferMap(map: ReadonlyMap<unknown, unknown>): Schema | null {
  if (map.size === 0) return null;
  const key = commonElement(map.keys());
  const value = commonElement(map.values());
  return key && value && SchemaBuilder.map(key(), value()).build();
}

/** Makes the schema of elements that are all of one type, or is null when they are not. */
function commonElement(elements: Iterable<unknown>): (() => Schema) | null {
  let known: SchemaType | null = null;
  let isOptional = false;
  for (const element of elements) {
    if (element === null || element === undefined) {
      isOptional = true;
      continue;
    }
    const type = inferSchema(element)?.type ?? null;
    if (type === null || (known !== null && known !== type)) return null;
    known = type;
  }
  return () => {
    // Without any element to tell the type, the builder refuses, as Kafka's does.
    const builder = new SchemaBuilder(known as SchemaType);
    return (isOptional ? builder.optional() : builder).build();
  };
}
