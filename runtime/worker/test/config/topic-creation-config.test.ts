import { describe, expect, it } from 'vitest';
import { TopicCreationGroups } from '../../src/config/topic-creation-config.ts';

const defaults = { 'topic.creation.default.partitions': '5', 'topic.creation.default.replication.factor': '3' };

describe('topic creation groups', () => {
  it('are none without a key of theirs', () => {
    expect(TopicCreationGroups.from({ name: 'a' })).toBeNull();
  });

  it('let the first matching group decide and fill its numbers from the default group', () => {
    const groups = TopicCreationGroups.from({
      ...defaults,
      'topic.creation.default.cleanup.policy': 'compact',
      'topic.creation.groups': 'a, b',
      'topic.creation.a.include': 'x.*,y',
      'topic.creation.a.exclude': 'x1',
      'topic.creation.b.include': '.*1',
      'topic.creation.b.partitions': '9',
      'topic.creation.b.retention.ms': '1000',
    });

    expect(groups?.groupFor('x2').newTopic('x2')).toEqual({ name: 'x2', partitions: 5, replicationFactor: 3, config: {} });
    expect(groups?.groupFor('x1').newTopic('x1')).toEqual({
      name: 'x1',
      partitions: 9,
      replicationFactor: 3,
      config: { 'retention.ms': '1000' },
    });
    expect(groups?.groupFor('z').name).toBe('default');
    expect(groups?.groupFor('z').newTopic('z').config).toEqual({ 'cleanup.policy': 'compact' });
  });

  it('require the numbers of the default group', () => {
    expect(() => TopicCreationGroups.from({ 'topic.creation.default.replication.factor': '3' })).toThrow(
      'Missing required configuration "topic.creation.default.partitions" which has no default value.',
    );
  });

  it('refuse numbers that no broker takes', () => {
    expect(() => TopicCreationGroups.from({ ...defaults, 'topic.creation.default.partitions': '0' })).toThrow(
      "Invalid value 0 for configuration partitions: Number of partitions must be positive, or -1 to use the broker's default",
    );
  });
});
