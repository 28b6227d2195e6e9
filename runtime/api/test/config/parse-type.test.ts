import { describe, expect, it } from 'vitest';
import { BigDecimal, convertToString, parseJavaDouble, parseJavaInteger, parseType, Password, TypedNumber } from '@millrace/api';

describe('parseType', () => {
  it.each([
    ['boolean', ' TRUE ', true],
    ['string', ' a b\t', 'a b'],
    ['short', '-32768', -32768],
    ['int', '+42', 42],
    ['long', '9007199254740991', 9007199254740991],
    ['long', '9007199254740993', 9007199254740993n],
    ['double', ' 1e3 ', 1000],
    ['list', 'a , b,,', ['a', 'b', '', '']],
    ['list', ' ', []],
    ['class', ' my.Class ', 'my.Class'],
  ] as const)('reads %s from %j', (type, value, expected) => {
    expect(parseType('k', value, type)).toEqual(expected);
  });

  it.each([
    ['boolean', 'yes', 'Expected value to be either true or false'],
    ['short', '32768', 'Not a number of type SHORT'],
    ['int', '1.0', 'Not a number of type INT'],
    ['int', 1.5, 'Expected value to be a 32-bit integer, but it was a java.lang.Double'],
    ['int', 2 ** 31, 'Expected value to be a 32-bit integer, but it was a java.lang.Long'],
    ['long', '9223372036854775808', 'Not a number of type LONG'],
    ['double', '1_000', 'Not a number of type DOUBLE'],
    ['string', true, 'Expected value to be a string, but it was a java.lang.Boolean'],
    ['list', true, 'Expected a comma separated list.'],
    ['class', true, 'Expected a Class instance or class name.'],
    ['class', '', 'Class  could not be found.'],
  ] as const)('refuses %s from %j', (type, value, reason) => {
    expect(() => parseType('k', value, type)).toThrow(`Invalid value ${value} for configuration k: ${reason}`);
  });

  it('leaves null alone whatever the type', () => {
    expect(parseType('k', null, 'int')).toBeNull();
  });

  it('takes a plain number for every class that it fits into, and a typed one only for its own', () => {
    expect(parseType('k', 5, 'short')).toBe(5);
    expect(parseType('k', 5, 'long')).toBe(5);
    expect(parseType('k', 2n ** 60n, 'long')).toBe(2n ** 60n);
    expect(parseType('k', new TypedNumber('int32', 5), 'long')).toBe(5);
    expect(() => parseType('k', new TypedNumber('int16', 5), 'int')).toThrow('but it was a java.lang.Short');
    expect(() => parseType('k', 2n ** 64n, 'long')).toThrow('Expected value to be a 64-bit integer (long)');
  });

  it('takes every number for a double', () => {
    expect([5, 5n, new TypedNumber('float32', 5), new BigDecimal(50n, 1)].map((value) => parseType('k', value, 'double'))).toEqual([
      5, 5, 5, 5,
    ]);
  });

  it('hides a secret and keeps an object of its own out of messages', () => {
    expect((parseType('k', ' s ', 'password') as Password).value()).toBe('s');
    expect(() => parseType('k', new Password('s3cret'), 'int')).toThrow(
      'Invalid value [hidden] for configuration k: Expected value to be a 32-bit integer, but it was a org.apache.kafka.common.config.types.Password',
    );
  });
});

describe('parseJavaInteger', () => {
  it('takes decimal digits of any script and nothing else', () => {
    expect(parseJavaInteger('٣९９', 32)).toBe(399);
    for (const text of ['', '+', '-', '--1', ' 1', '1L', '0x1', '1_0', '\u{1d7ce}']) expect(parseJavaInteger(text, 64)).toBeNull();
  });

  it('takes exactly the range of its width', () => {
    expect([parseJavaInteger('-128', 8), parseJavaInteger('128', 8)]).toEqual([-128, null]);
    expect([parseJavaInteger('-9223372036854775808', 64), parseJavaInteger('-9223372036854775809', 64)]).toEqual([-(2n ** 63n), null]);
  });
});

describe('parseJavaDouble', () => {
  it.each([
    ['1d', 1],
    ['.5F', 0.5],
    ['5.', 5],
    ['-Infinity', -Infinity],
    ['0x1p3', 8],
    ['-0x.8P1d', -1],
    ['0x1.fffffffffffff8p1023', Infinity],
    ['0x1.fffffffffffff7p1023', Number.MAX_VALUE],
    ['0x1p-1074', Number.MIN_VALUE],
    ['0x1p-1075', 0],
    ['0x1.8p-1075', Number.MIN_VALUE],
    ['0x0p999999999', 0],
    ['0x1p-999999999', 0],
    ['0x1p999999999', Infinity],
  ])('reads %s', (text, expected) => {
    expect(parseJavaDouble(text)).toBe(expected);
  });

  it('reads a signed NaN and keeps the sign of zero', () => {
    expect(parseJavaDouble('+NaN')).toBeNaN();
    expect(parseJavaDouble('-0')).toBe(-0);
  });

  it.each(['', 'nan', 'infinity', '0x1', '0xp1', '1e', 'd', '1L', '９', '1 2'])('refuses %j', (text) => {
    expect(parseJavaDouble(text)).toBeNull();
  });
});

describe('convertToString', () => {
  it('shows values as REST answers do', () => {
    expect(convertToString(['a', 'b c', ''], 'list')).toBe('a,b c,');
    expect(convertToString(new Password('x'), 'password')).toBe('[hidden]');
    expect(convertToString(true, 'boolean')).toBe('true');
    expect(convertToString(2n ** 60n, 'long')).toBe('1152921504606846976');
    expect(convertToString(1e7, 'double')).toBe('1.0E7');
    expect(convertToString(null, 'int')).toBeNull();
  });
});
