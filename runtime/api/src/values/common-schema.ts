import type { Schema } from '../data/schema.ts';
import type { SchemaType } from '../data/schema-type.ts';

/** Each of these types can hold the values of those before it. */
const widening: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64'];

/**
 * The schema that two neighbouring elements of a container share, or null if there is none: the wider of two number types, and the later of
 * two schemas of the same type. As in Kafka, names and inner schemas are not compared.
 */
function commonSchema(previous: Schema, latest: Schema): Schema | null {
  if (previous.type === latest.type) return latest;
  const left = widening.indexOf(previous.type);
  const right = widening.indexOf(latest.type);
  if (left < 0 || right < 0) return null;
  return left > right ? previous : latest;
}

/** Finds the schema of a container's elements as they come. */
export class CommonSchema {
  #schema: Schema | null = null;
  #isCompatible = true;

  /** Takes the schema of the next element; null is that of a null, which fits all. */
  add(schema: Schema | null): void {
    if (schema === null) return;
    const common = this.#schema === null ? schema : commonSchema(this.#schema, schema);
    if (common === null) this.#isCompatible = false;
    this.#schema = common;
  }

  /** The schema of all elements, or null when they have none in common or are all null. */
  get schema(): Schema | null {
    return this.#isCompatible ? this.#schema : null;
  }
}
