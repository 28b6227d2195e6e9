import { describe, expect, it } from 'vitest';
import { ADMIN_CONFIG, CONSUMER_CONFIG, PRODUCER_CONFIG } from '../../src/config/client-config.ts';

describe('settings of Kafka clients', () => {
  it('are as many as those of Kafka 4.3', () => {
    expect([PRODUCER_CONFIG, CONSUMER_CONFIG, ADMIN_CONFIG].map((definition) => definition.names.length)).toEqual([113, 116, 91]);
  });

  it('have types and defaults', () => {
    const producer = PRODUCER_CONFIG.parse({
      'bootstrap.servers': 'a:1',
      'key.serializer': 'S',
      'value.serializer': 'S',
      'linger.ms': '7',
    });

    expect(producer['linger.ms']).toBe(7);
    expect(producer.acks).toBe('all');
    expect(producer['sasl.jaas.config']).toBeNull();
    expect(ADMIN_CONFIG.parse({})['default.api.timeout.ms']).toBe(60_000);
  });

  it.each([
    [
      'compression.gzip.level',
      '10',
      'Invalid value 10 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1',
    ],
    ['acks', '7', 'Invalid value 7 for configuration acks: String must be one of: all, -1, 0, 1'],
    ['request.timeout.ms', 'abc', 'Invalid value abc for configuration request.timeout.ms: Not a number of type INT'],
  ] as const)('refuse %s=%s', (key, value, message) => {
    expect(() => PRODUCER_CONFIG.parseValue(key, value)).toThrow(message);
  });

  it('let a consumer begin at a duration ago', () => {
    expect(CONSUMER_CONFIG.parseValue('auto.offset.reset', 'by_duration:PT1H')).toBe('by_duration:PT1H');
    expect(() => CONSUMER_CONFIG.parseValue('auto.offset.reset', 'nearest')).toThrow('String must be one of');
  });
});
