import { describe, expect, it } from 'vitest';
import { type Halves, written } from './records.ts';

const handler = (name: string, halves: Halves): unknown =>
  JSON.parse(
    written({ 'change.data.capture.handler': `com.mongodb.kafka.connect.sink.cdc.${name}` }, halves).replaceAll(
      /\{"\$numberInt":"([^"]+)"\}/g,
      '$1',
    ),
  );

describe.each(['debezium.mongodb.MongoDbHandler', 'debezium.mongodb.ChangeStreamHandler'])('%s', (name) => {
  const key = '{"id":"5"}';

  it.each(['c', 'r'])('replaces the document of operation %s', (op) => {
    const value = JSON.stringify({ op, after: '{"_id":5,"a":1}' });
    expect(handler(name, { key, value })).toEqual({ replaceOne: { filter: { _id: 5 }, replacement: { _id: 5, a: 1 }, upsert: true } });
  });

  it('deletes by the key', () => {
    expect(handler(name, { key, value: '{"op":"d"}' })).toEqual({ deleteOne: { filter: { _id: 5 } } });
  });

  it('does nothing for a tombstone, and refuses an operation that it does not know', () => {
    expect(handler(name, { key })).toBeNull();
    expect(() => handler(name, { key, value: '{"op":"t"}' })).toThrow('operation t is unknown');
  });
});

describe('debezium.mongodb.MongoDbHandler', () => {
  it('applies a patch', () => {
    const value = JSON.stringify({ op: 'u', patch: '{"$v":1,"$set":{"a":2}}' });
    expect(handler('debezium.mongodb.MongoDbHandler', { key: '{"id":"5"}', value })).toEqual({
      updateOne: { filter: { _id: 5 }, update: { $set: { a: 2 } }, upsert: false },
    });
  });
});

describe.each(['debezium.rdbms.RdbmsHandler', 'debezium.rdbms.mysql.MysqlHandler', 'debezium.rdbms.postgres.PostgresHandler'])(
  '%s',
  (name) => {
    const key = '{"id":1}';

    it.each(['c', 'r', 'u'])('replaces the row of operation %s, its primary key as _id', (op) => {
      const value = JSON.stringify({ op, after: { id: 1, name: 'x' } });
      expect(handler(name, { key, value })).toEqual({
        replaceOne: { filter: { _id: { id: 1 } }, replacement: { _id: { id: 1 }, name: 'x' }, upsert: true },
      });
    });

    it('finds a row without a primary key by what it was', () => {
      const value = JSON.stringify({ op: 'u', before: { name: 'x' }, after: { name: 'y' } });
      expect(handler(name, { value })).toEqual({ replaceOne: { filter: { name: 'x' }, replacement: { name: 'y' }, upsert: true } });
    });

    it('deletes, ignores changes of tables, and refuses what it does not know', () => {
      expect(handler(name, { key, value: '{"op":"d","before":{"id":1}}' })).toEqual({ deleteOne: { filter: { _id: { id: 1 } } } });
      expect(handler(name, { key, value: '{"ddl":"CREATE TABLE t"}' })).toBeNull();
      expect(() => handler(name, { key, value: '{"op":"x"}' })).toThrow('operation x is unknown');
    });
  },
);

describe('qlik.rdbms.RdbmsHandler', () => {
  const name = 'qlik.rdbms.RdbmsHandler';
  const event = (operation: string, data: object, beforeData?: object): string =>
    JSON.stringify({ message: { headers: { operation }, data, beforeData } });

  it('replaces, sets only what changed, and deletes', () => {
    const key = '{"id":1}';
    expect(handler(name, { key, value: event('INSERT', { id: 1, a: 2 }) })).toEqual({
      replaceOne: { filter: { _id: { id: 1 } }, replacement: { _id: { id: 1 }, a: 2 }, upsert: true },
    });
    expect(handler(name, { key, value: event('UPDATE', { id: 1, a: 2, b: 3 }, { id: 1, a: 2, b: 4 }) })).toEqual({
      updateOne: { filter: { _id: { id: 1 } }, update: { $set: { b: 3 } }, upsert: true },
    });
    expect(handler(name, { key, value: event('UPDATE', { id: 1, a: 2 }, { id: 1, a: 2 }) })).toBeNull();
    expect(handler(name, { key, value: event('DELETE', { id: 1 }) })).toEqual({ deleteOne: { filter: { _id: { id: 1 } } } });
  });
});

describe('mongodb.ChangeStreamHandler', () => {
  const name = 'mongodb.ChangeStreamHandler';
  const documentKey = { _id: 1 };
  const update = (updateDescription: object): string => JSON.stringify({ operationType: 'update', documentKey, updateDescription });

  it('replaces, updates and deletes', () => {
    const insert = JSON.stringify({ operationType: 'insert', documentKey, fullDocument: { _id: 1, a: 1 } });
    expect(handler(name, { value: insert })).toEqual({ replaceOne: { filter: { _id: 1 }, replacement: { _id: 1, a: 1 }, upsert: true } });
    expect(handler(name, { value: update({ updatedFields: { a: 2 }, removedFields: ['b'] }) })).toEqual({
      updateOne: { filter: { _id: 1 }, update: { $set: { a: 2 }, $unset: { b: '' } }, upsert: false },
    });
    expect(handler(name, { value: JSON.stringify({ operationType: 'delete', documentKey }) })).toEqual({
      deleteOne: { filter: { _id: 1 } },
    });
    expect(handler(name, { value: '{"operationType":"drop"}' })).toBeNull();
  });

  it('cuts arrays that became shorter, which the original forgets', () => {
    expect(handler(name, { value: update({ updatedFields: { b: 2 }, truncatedArrays: [{ field: 'l', newSize: 1 }] }) })).toEqual({
      updateOne: {
        filter: { _id: 1 },
        update: [{ $set: { l: { $slice: ['$l', 1] } } }, { $set: { b: { $literal: 2 } } }],
        upsert: false,
      },
    });
  });

  it('refuses a description that it does not know', () => {
    expect(() => handler(name, { value: update({ surprise: 1 }) })).toThrow('unexpected field(s) in updateDescription: surprise');
  });
});
