import { IllegalArgumentException } from '@millrace/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimpleDateFormat } from '../src/java/simple-date-format.ts';

const millis = Date.UTC(2023, 10, 14, 22, 13, 20, 123);

function parsed(pattern: string, text: string): string | null {
  const found = new SimpleDateFormat(pattern, Date.UTC(2024, 5, 1)).parse(text);
  return found === null ? null : new Date(Number(found)).toISOString();
}

describe('SimpleDateFormat', () => {
  test.each([
    ['yyyy-MM-dd HH:mm:ss.SSS', '2023-11-14 22:13:20.123'],
    ['yy/M/d', '23/11/14'],
    ['EEE, d MMM yyyy HH:mm:ss Z', 'Tue, 14 Nov 2023 22:13:20 +0000'],
    ['EEEE MMMM', 'Tuesday November'],
    ['h:mm a', '10:13 PM'],
    ['K k', '10 22'],
    ['D DDD', '318 318'],
    ["YYYY-'W'ww-u", '2023-W46-2'],
    ['W F', '3 2'],
    ['G GGGG', 'AD AD'],
    ['z zzzz X', 'UTC Coordinated Universal Time Z'],
    ["HH 'o''clock'", "22 o'clock"],
    ['yyyyy SSSSSS', '02023 000123'],
  ])('prints %s as a JVM does', (pattern, text) => {
    expect(new SimpleDateFormat(pattern).format(millis)).toBe(text);
  });

  test('counts in the Julian calendar before October 1582', () => {
    const format = new SimpleDateFormat('G yyyy-MM-dd');

    expect(format.format(-62_135_596_800_000)).toBe('AD 0001-01-03');
    expect(format.format(-12_219_292_800_000)).toBe('AD 1582-10-15');
    expect(format.format(-12_219_292_800_001)).toBe('AD 1582-10-04');
    expect(format.format(-63_524_304_000_000)).toBe('BC 0044-01-01');
    expect(format.format(9_223_372_036_854_775_807n)).toBe('AD 292278994-08-17');
  });

  test.each([
    ['yyyy-MM-dd', '2020-13-01', '2021-01-01T00:00:00.000Z'],
    ['yyyy-MM-dd', '2020-01-01T10:00', '2020-01-01T00:00:00.000Z'],
    ['yyyyMMdd', '20200230', '2020-03-01T00:00:00.000Z'],
    ['HH:mm', '25:61', '1970-01-02T02:01:00.000Z'],
    ['MMM d yyyy', 'feb 30 2021', '2021-03-02T00:00:00.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '2023-11-14T22:13:20+05:30', '2023-11-14T16:43:20.000Z'],
    ['yyyy-MM-dd HH:mm z', '2023-11-14 22:13 PST', '2023-11-15T06:13:00.000Z'],
    ['yyyy-MM-dd HH:mm z', '2023-11-14 22:13 GMT+01:00', '2023-11-14T21:13:00.000Z'],
    ['hh a', '12 AM', '1970-01-01T00:00:00.000Z'],
    ['D yyyy', '366 2023', '2024-01-01T00:00:00.000Z'],
    ['EEEE', 'Monday', '1970-01-05T00:00:00.000Z'],
    ["YYYY-'W'ww-u", '2023-W46-2', '2023-11-14T00:00:00.000Z'],
    ['yyyy', '2E3', '2000-01-01T00:00:00.000Z'],
    ['yy', '43', '2043-01-01T00:00:00.000Z'],
    ['yy', '45', '1945-01-01T00:00:00.000Z'],
    ['dd.MM.yy', '31.05.44', '2044-05-31T00:00:00.000Z'],
    ['dd.MM.yy', '01.06.44', '1944-06-01T00:00:00.000Z'],
    ['yyyy', '２０２０', '2020-01-01T00:00:00.000Z'],
  ])('reads %s from %s leniently', (pattern, text, expected) => {
    expect(parsed(pattern, text)).toBe(expected);
  });

  test.each([
    ['yyyy-MM-dd', '2020/01/01'],
    ['yyyy-MM-dd HH', '2020-01-01'],
    ['yyyyMMdd', '20201'],
    ['MMM', '  Jan'],
    ['XXX', '+0100'],
    ['yyyy', 'abc'],
    ['yyyy', ''],
  ])('does not read %s from "%s"', (pattern, text) => {
    expect(parsed(pattern, text)).toBeNull();
  });

  test.each(['bogus', "yyyy'", 'XXXX'])('refuses the pattern %s', (pattern) => {
    expect(() => new SimpleDateFormat(pattern)).toThrow(IllegalArgumentException);
  });

  test('reads back every moment that it printed', () => {
    const format = new SimpleDateFormat("G yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

    fc.assert(
      fc.property(fc.bigInt(-(2n ** 62n), 2n ** 62n), fc.integer({ min: -9e13, max: 9e13 }), (far, near) => {
        const number = Number(far);
        const exact = Number.isSafeInteger(number) ? number : far;
        expect(format.parse(format.format(exact))).toBe(exact);
        expect(format.parse(format.format(near))).toBe(near);
      }),
    );
  });

  test('agrees with Date since the Gregorian calendar came into use', () => {
    const format = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSSX");

    fc.assert(
      fc.property(fc.date({ min: new Date('1582-10-15'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        expect(format.format(date.getTime())).toBe(date.toISOString());
      }),
    );
  });

  test('reads back every day by week, by day of the year and by day of the week in the month', () => {
    for (const pattern of ['YYYY-ww-u', 'yyyy-DDD', 'yyyy MM F E', 'yyyy MM W E']) {
      const format = new SimpleDateFormat(pattern);
      fc.assert(
        fc.property(fc.integer({ min: -100_000, max: 100_000 }), (day) => {
          expect(format.parse(format.format(day * 86_400_000))).toBe(day * 86_400_000);
        }),
      );
    }
  });
});
