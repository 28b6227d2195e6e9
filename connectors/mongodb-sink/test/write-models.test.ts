import { describe, expect, it } from 'vitest';
import { written } from './records.ts';

const ids = (strategy: string): Record<string, string> => ({ 'document.id.strategy': strategy });
const models = (strategy: string, id = 'FullKeyStrategy'): Record<string, string> => ({ ...ids(id), 'writemodel.strategy': strategy });
const insert = (strategy: string): Record<string, string> => ({ ...ids(strategy), 'writemodel.strategy': 'InsertOneDefaultStrategy' });

describe('An id strategy', () => {
  it.each([
    ['KafkaMetaDataStrategy', '"topic#0#7"'],
    ['FullKeyStrategy', '{"_id":{"$numberInt":"1"},"k":"x"}'],
    ['ProvidedInKeyStrategy', '{"$numberInt":"1"}'],
  ])('%s makes the _id of key or place', (strategy, id) => {
    expect(written(insert(strategy), { key: '{"_id":1,"k":"x"}', value: '{"v":true}' })).toBe(
      `{"insertOne":{"document":{"v":true,"_id":${id}}}}`,
    );
  });

  it('takes part of the key or of the value', () => {
    const list = { 'key.projection.type': 'allowlist', 'key.projection.list': 'a' };
    expect(written({ ...insert('PartialKeyStrategy'), ...list }, { key: '{"a":1,"b":2}', value: '{}' })).toContain(
      '"_id":{"a":{"$numberInt":"1"}}',
    );
    const own = {
      'document.id.strategy.partial.value.projection.type': 'blocklist',
      'document.id.strategy.partial.value.projection.list': 'b',
    };
    expect(written({ ...insert('PartialValueStrategy'), ...own }, { value: '{"a":1,"b":2}' })).toBe(
      '{"insertOne":{"document":{"a":{"$numberInt":"1"},"b":{"$numberInt":"2"},"_id":{"a":{"$numberInt":"1"}}}}}',
    );
  });

  it('makes binary UUIDs of texts', () => {
    const key = '{"_id":"2a2d2a2d-2a2d-4a2d-8a2d-2a2d2a2d2a2d"}';
    expect(written(insert('UuidProvidedInKeyStrategy'), { key, value: '{}' })).toContain('"subType":"04"');
    expect(() => written(insert('UuidProvidedInKeyStrategy'), { key: '{"_id":"x"}', value: '{}' })).toThrow('UUID cannot be parsed');
  });

  it.each(['{}', '{"_id":null}'])('refuses %s where an _id has to be provided', (key) => {
    expect(() => written(insert('ProvidedInKeyStrategy'), { key, value: '{}' })).toThrow('Provided id strategy');
  });

  it('keeps an _id that is there, unless it is to be overwritten', () => {
    expect(written(insert('KafkaMetaDataStrategy'), { value: '{"_id":5}' })).toContain('"_id":{"$numberInt":"5"}');
    const overwrite = { 'document.id.strategy.overwrite.existing': 'true' };
    expect(written({ ...insert('KafkaMetaDataStrategy'), ...overwrite }, { value: '{"_id":5}' })).toContain('"_id":"topic#0#7"');
  });
});

describe('A write model strategy', () => {
  const halves = { key: '{"k":1}', value: '{"_id":9,"v":true}' };
  const nine = '{"$numberInt":"9"}';
  const partial = {
    'document.id.strategy.partial.value.projection.type': 'allowlist',
    'document.id.strategy.partial.value.projection.list': 'a.b',
    'document.id.strategy.overwrite.existing': 'true',
  };

  it.each([
    ['DefaultWriteModelStrategy', `{"replaceOne":{"filter":{"_id":${nine}},"replacement":{"_id":${nine},"v":true},"upsert":true}}`],
    ['InsertOneDefaultStrategy', `{"insertOne":{"document":{"_id":${nine},"v":true}}}`],
    ['UpdateOneDefaultStrategy', `{"updateOne":{"filter":{"_id":${nine}},"update":{"$set":{"v":true}},"upsert":true}}`],
  ])('%s', (strategy, expected) => {
    expect(written(models(strategy), halves)).toBe(expected);
  });

  it('with a business key filters by its flattened paths', () => {
    expect(
      written({ ...models('ReplaceOneBusinessKeyStrategy', 'PartialValueStrategy'), ...partial }, { value: '{"a":{"b":1},"c":2}' }),
    ).toBe(
      '{"replaceOne":{"filter":{"a.b":{"$numberInt":"1"}},"replacement":{"a":{"b":{"$numberInt":"1"}},"c":{"$numberInt":"2"}},"upsert":true}}',
    );
    expect(() => written(models('ReplaceOneBusinessKeyStrategy'), halves)).toThrow('document.id.strategy.overwrite.existing=true');
  });

  it('with timestamps sets equal times of insertion and change', () => {
    const [, modified, inserted] =
      /"_modifiedTS":(\{.*?\}\}).*"_insertedTS":(\{.*?\}\})/.exec(written(models('UpdateOneTimestampsStrategy'), halves)) ?? [];
    expect(modified).toBe(inserted);
    expect(modified).toMatch(/^\{"\$date"/);
  });
});

describe('A record without a value', () => {
  const tombstone = { key: '{"k":1}' };

  it('is an error by default', () => {
    expect(() => written({}, tombstone)).toThrow('Could not create write model');
    expect(() => written({}, {})).toThrow('Invalid Sink Record neither key doc nor value doc were present');
  });

  it('deletes the document of its key where that is wanted', () => {
    const on = { 'delete.on.null.values': 'true' };
    expect(written({ ...ids('FullKeyStrategy'), ...on }, tombstone)).toBe('{"deleteOne":{"filter":{"_id":{"k":{"$numberInt":"1"}}}}}');
    expect(written({ ...ids('ProvidedInKeyStrategy'), ...on }, { key: '{"_id":3}' })).toBe(
      '{"deleteOne":{"filter":{"_id":{"$numberInt":"3"}}}}',
    );
  });

  it('deletes by a business key', () => {
    const props = {
      ...ids('PartialKeyStrategy'),
      'delete.on.null.values': 'true',
      'delete.writemodel.strategy': 'DeleteOneTombstoneBusinessKeyStrategy',
      'key.projection.type': 'allowlist',
      'key.projection.list': 'a.b',
    };
    expect(written(props, { key: '{"a":{"b":1,"c":2}}' })).toBe('{"deleteOne":{"filter":{"a.b":{"$numberInt":"1"}}}}');
  });

  it('is nothing where it is to be ignored', () => {
    expect(written({ 'mongo.tombstone.mode': 'ignore' }, tombstone)).toBe('null');
  });
});
