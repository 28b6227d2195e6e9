import { ConnectTimestamp, Schema, SchemaBuilder, Struct } from '@millrace/api';
import type { Generator } from './generator.ts';
import type { Random } from './random.ts';

const customers = numbered('C', 100);
const products = numbered('P', 20);
const statuses = ['pending', 'paid', 'shipped', 'delivered', 'cancelled'];
const streets = ['Main Street', 'Oak Avenue', 'Station Road', 'Harbour Lane', 'Mill Lane', 'Park Avenue', 'Church Street', 'River Road'];
const cities: readonly (readonly [city: string, state: string, zipcode: string, country: string])[] = [
  ['San Francisco', 'CA', '94105', 'USA'],
  ['Oakland', 'CA', '94607', 'USA'],
  ['Austin', 'TX', '78701', 'USA'],
  ['Chicago', 'IL', '60601', 'USA'],
  ['Boston', 'MA', '02110', 'USA'],
  ['Toronto', 'ON', 'M5H 2N2', 'Canada'],
  ['Montréal', 'QC', 'H2Y 1C6', 'Canada'],
  ['Winchester', 'Hampshire', 'SO23 9LJ', 'United Kingdom'],
  ['Böblingen', 'Baden-Württemberg', '71032', 'Germany'],
  ['Zürich', 'ZH', '8001', 'Switzerland'],
  ['Shanghai', 'Shanghai', '200000', 'China'],
  ['Tōkyō', 'Tōkyō', '100-0005', 'Japan'],
];

const address = SchemaBuilder.struct()
  .name('io.millrace.datagen.Address')
  .field('street', Schema.STRING_SCHEMA)
  .field('city', Schema.STRING_SCHEMA)
  .field('state', Schema.STRING_SCHEMA)
  .field('zipcode', Schema.STRING_SCHEMA)
  .field('country', Schema.STRING_SCHEMA)
  .build();

/** Orders of customers, with a nested address and a timestamp that has a logical type. */
export const orderGenerator: Generator = {
  schema: SchemaBuilder.struct()
    .name('io.millrace.datagen.Order')
    .field('orderID', Schema.STRING_SCHEMA)
    .field('customerID', Schema.STRING_SCHEMA)
    .field('productID', Schema.STRING_SCHEMA)
    .field('quantity', Schema.INT32_SCHEMA)
    .field('unitPrice', Schema.FLOAT64_SCHEMA)
    .field('totalPrice', Schema.FLOAT64_SCHEMA)
    .field('status', Schema.STRING_SCHEMA)
    .field('shippingAddress', address)
    .field('timestamp', ConnectTimestamp.SCHEMA)
    .build(),
  keyField: 'customerID',
  values(random, _record, timeMicros) {
    const quantity = 1 + random.int(10);
    const unitCents = 100 + random.int(50_000);
    return [
      random.uuid(),
      random.pick(customers),
      random.pick(products),
      quantity,
      unitCents / 100,
      (unitCents * quantity) / 100,
      random.pick(statuses),
      randomAddress(random),
      Math.floor(timeMicros / 1000),
    ];
  },
};

function randomAddress(random: Random): Struct {
  const [city, state, zipcode, country] = random.pick(cities);
  return new Struct(address, [`${1 + random.int(999)} ${random.pick(streets)}`, city, state, zipcode, country]);
}

/** `C001`, `C002` and so on. */
function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => prefix + String(index + 1).padStart(3, '0'));
}
