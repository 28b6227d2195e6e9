import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectDate, ConnectTime, ConnectTimestamp, DataException, Schema } from '@millrace/api';

const day = 86_400_000;

describe('ConnectDate', () => {
  it('encodes midnight as days', () => {
    expect(ConnectDate.fromLogical(ConnectDate.SCHEMA, new Date(day))).toBe(1);
    expect(ConnectDate.fromLogical(ConnectDate.SCHEMA, new Date(-day))).toBe(-1);
    expect(ConnectDate.fromLogical(ConnectDate.SCHEMA, 19_675)).toBe(19_675);
  });

  it.each([1, -1, 999, day - 1])('refuses a time of day (%i ms)', (millis) => {
    expect(() => ConnectDate.fromLogical(ConnectDate.SCHEMA, new Date(millis))).toThrow('should not have any time fields');
  });

  it('wraps days beyond 32 bits, as Kafka does', () => {
    expect(ConnectDate.fromLogical(ConnectDate.SCHEMA, 3_000_000_000)).toBe(-1_294_967_296);
  });

  it('decodes every day exactly, as a Date as far as JavaScript reaches', () => {
    expect(ConnectDate.toLogical(ConnectDate.SCHEMA, 19_675)).toEqual(new Date('2023-11-14T00:00:00Z'));
    expect(ConnectDate.toMillis(ConnectDate.SCHEMA, 2_147_483_647)).toBe(185_542_587_100_800_000n);
    expect(() => ConnectDate.toLogical(ConnectDate.SCHEMA, 2_147_483_647)).toThrow('outside the range of a JavaScript Date');
  });

  it('gives back every day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (days) => {
        expect(ConnectDate.fromLogical(ConnectDate.SCHEMA, ConnectDate.toLogical(ConnectDate.SCHEMA, days))).toBe(days);
      }),
    );
  });
});

describe('ConnectTime', () => {
  it.each([0, 1, day - 1, day])('takes %i ms both ways', (millis) => {
    expect(ConnectTime.fromLogical(ConnectTime.SCHEMA, new Date(millis))).toBe(millis);
    expect(ConnectTime.toLogical(ConnectTime.SCHEMA, millis)).toEqual(new Date(millis));
  });

  it.each([-1, day + 1])('refuses %i ms both ways', (millis) => {
    expect(() => ConnectTime.fromLogical(ConnectTime.SCHEMA, new Date(millis))).toThrow(DataException);
    expect(() => ConnectTime.toLogical(ConnectTime.SCHEMA, millis)).toThrow(DataException);
  });
});

describe('ConnectTimestamp', () => {
  it('is the number itself', () => {
    expect(ConnectTimestamp.fromLogical(ConnectTimestamp.SCHEMA, new Date(1_700_000_000_123))).toBe(1_700_000_000_123);
    expect(ConnectTimestamp.fromLogical(ConnectTimestamp.SCHEMA, 2n ** 60n)).toBe(2n ** 60n);
    expect(ConnectTimestamp.toMillis(ConnectTimestamp.SCHEMA, -(2n ** 63n))).toBe(-(2n ** 63n));
    expect(ConnectTimestamp.toLogical(ConnectTimestamp.SCHEMA, 5)).toEqual(new Date(5));
  });
});

describe('the three date types', () => {
  it('refuse a schema of another name', () => {
    expect(() => ConnectDate.fromLogical(ConnectTime.SCHEMA, 0)).toThrow('schema does not match');
    expect(() => ConnectTime.toLogical(ConnectDate.SCHEMA, 0)).toThrow('schema does not match');
    expect(() => ConnectTimestamp.fromLogical(Schema.INT64_SCHEMA, 0)).toThrow('schema does not match');
  });

  it('refuse a Date that is none', () => {
    const invalid = new Date(Number.NaN);
    expect(() => ConnectDate.fromLogical(ConnectDate.SCHEMA, invalid)).toThrow(DataException);
    expect(() => ConnectTime.fromLogical(ConnectTime.SCHEMA, invalid)).toThrow(DataException);
    expect(() => ConnectTimestamp.fromLogical(ConnectTimestamp.SCHEMA, invalid)).toThrow(DataException);
    expect(() => ConnectTimestamp.SCHEMA.conform(invalid)).toThrow(DataException);
    expect(() => ConnectDate.SCHEMA.conform(invalid)).toThrow(DataException);
  });
});
