import { describe, expect, it } from 'vitest';
import {
  ConfluentKeyer,
  type FileFacts,
  FileNameTemplate,
  IbmKeyer,
  RecordTimestampExtractor,
  TimeZone,
  WallclockTimestampExtractor,
} from '../src/index.ts';
import { record } from './records.ts';

const file: FileFacts = {
  topic: 'orders',
  kafkaPartition: 3,
  encodedPartition: 'partition=3',
  startOffset: 120,
  endOffset: 129,
  headOffset: 118,
};

describe('ConfluentKeyer', () => {
  it('names the first offset', () => {
    expect(new ConfluentKeyer().key(file, '.avro')).toBe('topics/orders/partition=3/orders+3+0000000120.avro');
  });

  it('drops the delimiter of a blank directory and takes others', () => {
    const keyer = new ConfluentKeyer({ topicsDir: ' ', directoryDelimiter: '|', fileDelimiter: '_', padWidth: 0 });

    expect(keyer.key(file, '.keys.json')).toBe('orders|partition=3|orders_3_120.keys.json');
    expect(keyer.prefix('orders')).toBe('orders|');
  });

  it('refuses a negative width', () => {
    expect(() => new ConfluentKeyer({ padWidth: -1 })).toThrow('filename.offset.zero.pad.width');
  });
});

describe('IbmKeyer', () => {
  it('names first and last offset', () => {
    expect(new IbmKeyer().key({ ...file, encodedPartition: '' }, '')).toBe('orders/3/0000000000000120-0000000000000129');
    expect(new IbmKeyer('p/').key(file, '.parquet')).toBe('p/orders/3/partition=3/0000000000000120-0000000000000129.parquet');
  });
});

describe('FileNameTemplate', () => {
  const zone = new TimeZone('+01:00');
  const timestamp = new RecordTimestampExtractor();

  function nameOf(template: string, fields = {}): string {
    const names = new FileNameTemplate({ template, zone, timestamp });
    return names.key({ ...file, encodedPartition: names.encode(record(fields)) }, '.gz');
  }

  it('fills in the head offset and pads on demand', () => {
    expect(nameOf('{{topic}}-{{partition}}-{{start_offset}}')).toBe('orders-3-118.gz');
    expect(nameOf('{{ topic }}/{{partition:padding=true}}/{{	start_offset : padding = true }}')).toBe(
      'orders/0000000003/00000000000000000118.gz',
    );
  });

  it('writes the time in its zone', () => {
    const template =
      '{{timestamp:unit=yyyy}}/{{timestamp:unit=MM}}/{{timestamp:unit=dd}}T{{timestamp:unit=HH}}-{{topic}}-{{partition}}-{{start_offset}}';

    expect(nameOf(template, { timestamp: Date.UTC(2026, 11, 31, 23) })).toBe('2027/01/01T00-orders-3-118.gz');
  });

  it('writes keys as text and leaves unknown variables alone', () => {
    const template = '{{key}}-{{topic}}-{{partition}}-{{start_offset}}-{{who}}';

    expect(nameOf(template, { key: 'k' })).toBe('k-orders-3-118-{{who}}.gz');
    expect(nameOf(template)).toBe('null-orders-3-118-{{who}}.gz');
    expect(nameOf(template, { key: 12 })).toBe('12-orders-3-118-{{who}}.gz');
  });

  it('is deterministic unless it asks the wall clock', () => {
    const clock = new WallclockTimestampExtractor();
    const plain = '{{topic}}{{partition}}{{start_offset}}';

    expect(new FileNameTemplate({ template: plain, zone, timestamp: clock }).isDeterministic).toBe(true);
    expect(new FileNameTemplate({ template: `${plain}{{timestamp:unit=dd}}`, zone, timestamp: clock }).isDeterministic).toBe(false);
  });

  it.each([
    '{{topic}}',
    '{{key}}',
    '{{topic}}-{{partition}}-{{start_offset}}-{{timestamp}}',
    '{{topic}}-{{partition}}-{{start_offset}}-{{timestamp:unit=ss}}',
  ])('refuses %s', (template) => {
    expect(() => new FileNameTemplate({ template, zone, timestamp })).toThrow('file.name.template');
  });
});
