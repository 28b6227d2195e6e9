import type { Properties } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { written } from './records.ts';

/** What a chain makes of a value, without the _id that comes first, in plain JSON. */
function processed(props: Properties, value: string, key = '{"k":1}'): unknown {
  const all = { 'document.id.strategy': 'KafkaMetaDataStrategy', 'writemodel.strategy': 'InsertOneDefaultStrategy', ...props };
  const plain = written(all, { key, value }).replaceAll(/\{"\$number\w+":"([^"]+)"\}/g, '$1');
  const { insertOne } = JSON.parse(plain) as { insertOne: { document: Record<string, unknown> } };
  delete insertOne.document['_id'];
  return insertOne.document;
}

const chain = (name: string): Properties => ({ 'post.processor.chain': `com.mongodb.kafka.connect.sink.processor.${name}` });

describe('A block list', () => {
  const block = (list: string): Properties => ({
    ...chain('BlockListValueProjector'),
    'value.projection.type': 'blocklist',
    'value.projection.list': list,
  });
  const value = '{"a":1,"ab":2,"b":{"c":3,"d":{"e":4}},"l":[{"x":1,"y":2}]}';

  it.each([
    ['a', { ab: 2, b: { c: 3, d: { e: 4 } }, l: [{ x: 1, y: 2 }] }],
    ['b.c', { a: 1, ab: 2, b: { d: { e: 4 } }, l: [{ x: 1, y: 2 }] }],
    ['l.x', { a: 1, ab: 2, b: { c: 3, d: { e: 4 } }, l: [{ y: 2 }] }],
    ['*', { b: { c: 3, d: { e: 4 } } }],
    ['*.c', { b: { d: { e: 4 } } }],
    ['b.**', { a: 1, ab: 2, b: {}, l: [{ x: 1, y: 2 }] }],
    ['a*', { b: { c: 3, d: { e: 4 } }, l: [{ x: 1, y: 2 }] }],
    ['a, ab', { b: { c: 3, d: { e: 4 } }, l: [{ x: 1, y: 2 }] }],
    ['nowhere.at.all', { a: 1, ab: 2, b: { c: 3, d: { e: 4 } }, l: [{ x: 1, y: 2 }] }],
  ])('of %s', (list, expected) => {
    expect(processed(block(list), value)).toEqual(expected);
  });
});

describe('An allow list', () => {
  const allow = (list: string): Properties => ({
    ...chain('AllowListValueProjector'),
    'value.projection.type': 'allowlist',
    'value.projection.list': `_id,${list}`,
  });
  const value = '{"a":1,"ab":2,"b":{"c":3,"d":{"e":4}},"l":[{"x":1,"y":2}]}';

  it.each([
    ['a', { a: 1 }],
    ['b', { b: {} }],
    ['b.c', { b: { c: 3 } }],
    ['b.*', { b: { c: 3, d: {} } }],
    ['b.**', { b: { c: 3, d: { e: 4 } } }],
    ['*', { a: 1, ab: 2, b: {}, l: [{}] }],
    ['**', { a: 1, ab: 2, b: { c: 3, d: { e: 4 } }, l: [{ x: 1, y: 2 }] }],
    ['l.y', { l: [{ y: 2 }] }],
    ['a*', { a: 1, ab: 2 }],
  ])('of %s', (list, expected) => {
    expect(processed(allow(list), value)).toEqual(expected);
  });
});

describe('Renaming', () => {
  it('by mapping changes the last name only, and overwrites nothing', () => {
    const mapping = `[{oldName:'value.a.b',newName:'c'},{oldName:'value.x',newName:'y'},{oldName:'value.none',newName:'z'}]`;
    expect(
      processed({ ...chain('field.renaming.RenameByMapping'), 'field.renamer.mapping': mapping }, '{"a":{"b":1},"x":2,"y":3}'),
    ).toEqual({
      a: { c: 1 },
      x: 2,
      y: 3,
    });
  });

  it('by regular expression changes every name whose full path matches, also where backslashes are not doubled', () => {
    const rules = String.raw`[{"regexp":"^value\.[a-z].*$","pattern":"_","replace":"-"}]`;
    expect(processed({ ...chain('field.renaming.RenameByRegExp'), 'field.renamer.regexp': rules }, '{"a_b_c":{"d_e":1},"f":2}')).toEqual({
      'a-b-c': { 'd-e': 1 },
      f: 2,
    });
  });
});

describe('Small processors', () => {
  it('add where a record was', () => {
    expect(processed(chain('KafkaMetaAdder'), '{}')).toEqual({ 'topic-partition-offset': 'topic-0-7', CREATE_TIME: 1000 });
  });

  it('remove nulls, but not those in arrays', () => {
    expect(processed(chain('NullFieldValueRemover'), '{"a":null,"b":{"c":null,"d":1},"l":[null,{"e":null}]}')).toEqual({
      b: { d: 1 },
      l: [null, {}],
    });
  });

  it.each([
    ['1000.9', 1000],
    ['"1970-01-01"', 0],
    ['"1970-01-01T00:00:01"', 1000],
    ['"1970-01-01 00:00:01.500"', 1500],
    ['"1970-01-01T01:00:01+01:00"', 1000],
    ['"1970-01-01T00:00:01Z"', 1000],
  ])('make a date of %s', (time, expected) => {
    const props = { 'timeseries.timefield': 't', 'timeseries.timefield.auto.convert': 'true' };
    expect(processed(props, `{"t":${time}}`)).toEqual({ t: { $date: expected } });
  });

  it.each(['"soon"', '"1970-13-45"', 'true'])('leave %s as it is in a time field', (time) => {
    const props = { 'timeseries.timefield': 't', 'timeseries.timefield.auto.convert': 'true' };
    expect(processed(props, `{"t":${time}}`)).toEqual({ t: JSON.parse(time) as unknown });
  });
});
