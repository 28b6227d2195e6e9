import { Schema, SchemaAndValue, SchemaBuilder, Struct } from '@millrace/api';
import { type MongoService, startFaultProxy } from '@millrace/test-services';
import { mongoForFile } from '@millrace/test-services/for-file';
import { describeConnectorContract } from '@millrace/testkit';
import { MongoClient } from 'mongodb';
import { describe, it } from 'vitest';

let mongo: MongoService;
let client: MongoClient;
let databases = 0;

mongoForFile(async (server) => {
  mongo = server;
  client = new MongoClient(mongo.uri);
  return () => client.close(true);
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
