import { Schema, SchemaBuilder } from '@millrace/api';
import type { Generator } from './generator.ts';
import { isoMicros } from './iso-micros.ts';

const stores = ['Store_1', 'Store_2', 'Store_3', 'Store_4', 'Store_5'];
const skus = ['Item_1', 'Item_2', 'Item_3', 'Item_4', 'Item_5', 'Item_6', 'Item_7'];
const types = ['SALE', 'RESTOCK'];

/** Sales and restocks of items in stores, as the store simulator of IBM's event-driven reference architecture sends them. */
export const itemGenerator: Generator = {
  schema: SchemaBuilder.struct()
    .name('io.millrace.datagen.Item')
    .field('id', Schema.INT64_SCHEMA)
    .field('price', Schema.FLOAT64_SCHEMA)
    .field('quantity', Schema.INT32_SCHEMA)
    .field('sku', Schema.STRING_SCHEMA)
    .field('storeName', Schema.STRING_SCHEMA)
    .field('timestamp', Schema.STRING_SCHEMA)
    .field('type', Schema.STRING_SCHEMA)
    .build(),
  keyField: 'storeName',
  values: (random, record, timeMicros) => [
    record,
    (1 + random.int(10_000)) / 100,
    random.int(10),
    random.pick(skus),
    random.pick(stores),
    isoMicros(timeMicros),
    random.pick(types),
  ],
};
