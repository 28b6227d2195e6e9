import { ConfigException, type Properties } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { sinkConfig } from '../src/config/sink-config.ts';
import { topicConfig } from '../src/config/topic-config.ts';
import { RecordDocuments } from '../src/convert/record-documents.ts';
import { record } from './records.ts';

const problem = (props: Properties): string => {
  try {
    sinkConfig({ database: 'db', topics: 'a', ...props });
    return 'none';
  } catch (error) {
    if (!(error instanceof ConfigException)) throw error;
    return `${error.configKey}: ${error.message}`;
  }
};

describe('The configuration', () => {
  it.each([
    ['timeseries.metafield', { 'timeseries.metafield': 'm' }],
    ['timeseries.granularity', { 'timeseries.granularity': 'hours' }],
    ['namespace.mapper', { 'namespace.mapper': 'FieldPathNamespaceMapper' }],
    ['namespace.mapper.key.database.field', { 'namespace.mapper.key.database.field': 'a', 'namespace.mapper.value.database.field': 'b' }],
    ['document.id.strategy.partial.key.projection.type', { 'document.id.strategy': 'PartialKeyStrategy' }],
    ['document.id.strategy', { 'delete.on.null.values': 'true' }],
    ['csfle.enabled', { 'csfle.enabled': 'true' }],
    ['connection.ssl.truststore', { 'connection.ssl.truststore': '/etc/trust.jks' }],
    ['document.id.strategy', { 'document.id.strategy': 'com.example.MyStrategy' }],
    ['field.renamer.mapping', { 'field.renamer.mapping': '{' }],
    ['connection.uri', { 'connection.uri': 'http://secret@host' }],
    ['topic.override.a.connection.uri', { 'topic.override.a.connection.uri': 'mongodb://other' }],
    ['topic.override.a.surprise', { 'topic.override.a.surprise': '1' }],
    ['max.batch.size', { 'topic.override.a.max.batch.size': '-1' }],
  ])('is refused with the key %s', (key, props) => {
    const text = problem(props);
    expect(text.startsWith(`${key}: `)).toBe(true);
    expect(text).not.toContain('secret');
  });

  it('may name classes in full or by their simple names', () => {
    expect(problem({ 'document.id.strategy': 'com.mongodb.kafka.connect.sink.processor.id.strategy.UuidStrategy' })).toBe('none');
    expect(problem({ 'document.id.strategy': 'UuidStrategy' })).toBe('none');
  });

  it('can be overridden for a topic, also for one with dots', () => {
    const props = { database: 'db', 'max.batch.size': '5', 'topic.override.a.b.max.batch.size': '7', 'topic.override.a.b.collection': 'c' };
    expect(topicConfig(props, 'a.b').maxBatchSize).toBe(7);
    expect(topicConfig(props, 'a.b').keys.collection).toBe('c');
    expect(topicConfig(props, 'a').maxBatchSize).toBe(5);
  });
});

describe('A namespace mapper', () => {
  const props = {
    database: 'db',
    'namespace.mapper': 'com.mongodb.kafka.connect.sink.namespace.mapping.FieldPathNamespaceMapper',
    'namespace.mapper.value.collection.field': 'to.coll',
  };
  const namespace = (extra: Properties, value: string): unknown =>
    topicConfig({ ...props, ...extra }, 'topic').namespace(new RecordDocuments(record({ value })));

  it('takes the name at a path, a literal name with dots first', () => {
    expect(namespace({}, '{"to":{"coll":"x"}}')).toEqual({ database: 'db', collection: 'x' });
    expect(namespace({}, '{"to":{"coll":"x"},"to.coll":"y"}')).toEqual({ database: 'db', collection: 'y' });
  });

  it('falls back to the configured name, or refuses the record', () => {
    expect(namespace({}, '{}')).toEqual({ database: 'db', collection: 'topic' });
    expect(() => namespace({ 'namespace.mapper.error.if.invalid': 'true' }, '{}')).toThrow("Missing document path 'to.coll'");
    expect(() => namespace({ 'namespace.mapper.error.if.invalid': 'true' }, '{"to":{"coll":5}}')).toThrow('must be a string');
  });
});
