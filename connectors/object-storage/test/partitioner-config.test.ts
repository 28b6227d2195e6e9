import { ConfigDef } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { type PartitionerConfig, partitionerKeys, partitionerOf, timestampExtractorOf } from '../src/index.ts';
import { record } from './records.ts';

const definition = new ConfigDef()
  .define('partitioner.class', partitionerKeys['partitioner.class'])
  .define('partition.field.name', partitionerKeys['partition.field.name'])
  .define('partition.duration.ms', partitionerKeys['partition.duration.ms'])
  .define('path.format', partitionerKeys['path.format'])
  .define('locale', partitionerKeys.locale)
  .define('timezone', partitionerKeys.timezone)
  .define('timestamp.extractor', partitionerKeys['timestamp.extractor'])
  .define('timestamp.field', partitionerKeys['timestamp.field'])
  .define('directory.delim', { type: 'string', default: '/', importance: 'medium', doc: 'Between directories.' });

function config(props: Record<string, string> = {}): PartitionerConfig {
  return definition.parse(props);
}

const time = { locale: 'en-US', timezone: 'UTC', 'timestamp.extractor': 'Record' };
const item = record({ timestamp: Date.UTC(2026, 10, 25, 17) });

describe('the partitioner of a configuration', () => {
  it.each([
    [{}, 'partition=3'],
    [{ 'partitioner.class': 'io.confluent.connect.storage.partitioner.DailyPartitioner', ...time }, 'year=2026/month=11/day=25'],
    [{ 'partitioner.class': 'HourlyPartitioner', ...time, 'directory.delim': '|' }, 'year=2026|month=11|day=25|hour=17'],
    [{ 'partitioner.class': 'TimeBasedPartitioner', ...time, 'partition.duration.ms': '86400000', 'path.format': "'d'=dd/" }, 'd=25'],
  ])('%o names %s', (props, path) => {
    expect(partitionerOf(config(props)).encode(item)).toBe(path);
  });

  it('takes extractors by their short and by their Java names', () => {
    const java = 'io.confluent.connect.storage.partitioner.TimeBasedPartitioner$RecordFieldTimestampExtractor';
    const extractor = timestampExtractorOf(config({ 'timestamp.extractor': java, 'timestamp.field': 'at' }));

    expect(extractor.extract(record({ value: { at: 5 } }))).toBe(5);
    expect(timestampExtractorOf(config()).isDeterministic).toBe(false);
  });

  it.each([
    [{ 'partitioner.class': 'com.example.Mine' }, 'Invalid value com.example.Mine for configuration partitioner.class'],
    [{ 'partitioner.class': 'FieldPartitioner' }, 'partition.field.name must name at least one field'],
    [{ 'partitioner.class': 'DailyPartitioner', timezone: 'UTC' }, 'locale must not be blank'],
    [{ 'partitioner.class': 'DailyPartitioner', ...time, 'timestamp.extractor': 'Sundial' }, 'expected Wallclock, Record or RecordField'],
    [{ 'partitioner.class': 'TimeBasedPartitioner', ...time, 'path.format': 'YYYY' }, 'partition.duration.ms must be at least 1, got -1'],
  ])('refuses %o', (props, message) => {
    expect(() => partitionerOf(config(props))).toThrow(message);
  });
});
