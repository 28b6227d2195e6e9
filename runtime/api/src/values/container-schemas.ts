import { Schema } from '../data/schema.ts';

const untypedArray = Schema.of({ type: 'array' });
const untypedMap = Schema.of({ type: 'map' });
const arrays = new WeakMap<Schema, Schema>();
const mapsByKey = new WeakMap<Schema, WeakMap<Schema, Schema>>();
const mapsWithoutValues = new WeakMap<Schema, Schema>();

/** The schema of a list in a header; without an element schema when the elements have none in common. */
export function arraySchema(valueSchema: Schema | null): Schema {
  return valueSchema === null ? untypedArray : remembered(arrays, valueSchema, () => Schema.of({ type: 'array', valueSchema }));
}

/** The schema of a map in a header; without inner schemas when keys or values have none in common. */
export function mapSchema(keySchema: Schema | null, valueSchema: Schema | null): Schema {
  if (keySchema === null) return untypedMap;
  if (valueSchema === null) return remembered(mapsWithoutValues, keySchema, () => Schema.of({ type: 'map', keySchema }));
  const maps = remembered(mapsByKey, keySchema, () => new WeakMap<Schema, Schema>());
  return remembered(maps, valueSchema, () => Schema.of({ type: 'map', keySchema, valueSchema }));
}

function remembered<T>(known: WeakMap<Schema, T>, key: Schema, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}
