import { Schema, SchemaAndValue, SchemaBuilder, Struct } from '@millrace/api';
import { type MongoService, startFaultProxy, startMongo, whyNoMongo } from '@millrace/test-services';
import { describeConnectorContract } from '@millrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';

const reason = await whyNoMongo();
let mongo: MongoService;
let client: MongoClient;
let databases = 0;

beforeEach((context) => {
  if (reason !== null) context.skip(reason);
});
beforeAll(async () => {
  if (reason !== null) return;
  mongo = await startMongo();
  client = new MongoClient(mongo.uri);
});
afterAll(async () => {
  await client?.close(true);
  await mongo?.stop();
});

const KEY = SchemaBuilder.struct().field('_id', Schema.STRING_SCHEMA).build();
const VALUE = SchemaBuilder.struct().field('item', Schema.STRING_SCHEMA).build();
const text = (n: number): string => `item ${n}`;
const key = (n: number): SchemaAndValue => new SchemaAndValue(KEY, new Struct(KEY).put('_id', String(n).padStart(5, '0')));

describeConnectorContract(
  {
    package: new URL('../..', import.meta.url),
    class: 'MongoSink',
    load: () => import('../../src/index.ts'),
    async sink() {
      const database = `contract_${process.pid}_${(databases += 1)}`;
      const proxy = await startFaultProxy({ target: mongo.port });
      return {
        config: {
          topics: 'contract',
          'connection.uri': `mongodb://127.0.0.1:${proxy.port}/?directConnection=true&serverSelectionTimeoutMS=500&connectTimeoutMS=500`,
          database,
          collection: 'items',
          'mongo.retry.backoff.ms': '20',
          'document.id.strategy': 'KafkaMetaDataStrategy',
        },
        read: async () => {
          const found = await client.db(database).collection('items').find().toArray();
          return found.map((document) => String(document['item']));
        },
        record: (n) => ({ key: key(n), value: new SchemaAndValue(VALUE, new Struct(VALUE).put('item', text(n))), shows: text(n) }),
        schemaless: (n) => ({ key: SchemaAndValue.NULL, value: new SchemaAndValue(null, { item: text(n) }), shows: text(n) }),
        tombstone: { refused: 'delete.on.null.values is off, as in the original' },
        nullKey: { shows: text },
        poison: { key: SchemaAndValue.NULL, value: new SchemaAndValue(Schema.STRING_SCHEMA, 'no document') },
        delivery: 'idempotent',
        outage: {
          begin: () => {
            proxy.refuse();
            proxy.resetAll();
          },
          end: () => proxy.accept(),
        },
        close: async () => {
          proxy.close();
          await client.db(database).dropDatabase();
        },
      };
    },
    patienceMs: 20_000,
  },
  { describe, it },
);
