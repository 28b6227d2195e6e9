import { ConfigException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { integerProperty, wordProperty } from '../src/client-properties.ts';

const setting = { key: 'max.poll.records', defaultValue: 500, min: 1 };

describe('client settings', () => {
  it('have their default when they are not set', () => {
    expect(integerProperty({}, setting)).toBe(500);
    expect(wordProperty({}, 'auto.offset.reset', ['latest', 'earliest'])).toBe('latest');
  });

  it('are read from text', () => {
    expect(integerProperty({ 'max.poll.records': ' 20 ' }, setting)).toBe(20);
    expect(wordProperty({ 'auto.offset.reset': 'EARLIEST' }, 'auto.offset.reset', ['latest', 'earliest'])).toBe('earliest');
  });

  it('take the largest INT64, which says for ever', () => {
    expect(integerProperty({ 'max.poll.records': '9223372036854775807' }, setting)).toBe(2 ** 63);
  });

  it.each(['0', '-5', '1.5', 'many', '', '1e3', '9223372036854775808', '99999999999999999999'])(
    'refuse %j where a number from 1 is due',
    (text) => {
      expect(() => integerProperty({ 'max.poll.records': text }, setting)).toThrow(ConfigException);
      expect(() => integerProperty({ 'max.poll.records': text }, setting)).toThrow('max.poll.records');
    },
  );

  it('refuse an unknown word and name the known ones', () => {
    expect(() => wordProperty({ 'auto.offset.reset': 'middle' }, 'auto.offset.reset', ['latest', 'earliest'])).toThrow('latest, earliest');
  });
});
