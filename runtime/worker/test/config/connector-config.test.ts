import { describe, expect, it } from 'vitest';
import { SINK_CONNECTOR_CONFIG } from '../../src/config/sink-connector-config.ts';
import { SOURCE_CONNECTOR_CONFIG } from '../../src/config/source-connector-config.ts';

describe('connector configuration', () => {
  it('fills in the defaults of a source connector', () => {
    const config = SOURCE_CONNECTOR_CONFIG.parse({ name: ' x ', 'connector.class': 'A' });

    expect(config.name).toBe('x');
    expect(config['tasks.max']).toBe(1);
    expect(config['errors.tolerance']).toBe('none');
    expect(config['exactly.once.support']).toBe('requested');
    expect(config['topic.creation.groups']).toEqual([]);
    expect(config['key.converter']).toBeNull();
  });

  it('parses the topics of a sink connector and drops repetitions', () => {
    const config = SINK_CONNECTOR_CONFIG.parse({ name: 's', 'connector.class': 'A', topics: 'a, b,a' });

    expect(config.topics).toEqual(['a', 'b']);
    expect(config['topics.regex']).toBe('');
    expect(config['errors.deadletterqueue.topic.replication.factor']).toBe(3);
  });

  it('orders the keys as Kafka Connect does', () => {
    expect(SINK_CONNECTOR_CONFIG.names).toEqual([
      'name',
      'connector.class',
      'connector.plugin.version',
      'tasks.max',
      'tasks.max.enforce',
      'key.converter',
      'key.converter.plugin.version',
      'value.converter',
      'value.converter.plugin.version',
      'header.converter',
      'header.converter.plugin.version',
      'transforms',
      'predicates',
      'config.action.reload',
      'errors.retry.timeout',
      'errors.retry.delay.max.ms',
      'errors.tolerance',
      'errors.log.enable',
      'errors.log.include.messages',
      'topics',
      'topics.regex',
      'errors.deadletterqueue.topic.name',
      'errors.deadletterqueue.topic.replication.factor',
      'errors.deadletterqueue.context.headers.enable',
    ]);
  });

  it('refuses a transformation alias that comes twice', () => {
    expect(() => SINK_CONNECTOR_CONFIG.parse({ name: 's', 'connector.class': 'A', transforms: 'a,a' })).toThrow(
      'Invalid value [a, a] for configuration transforms: Duplicate alias provided.',
    );
  });
});
