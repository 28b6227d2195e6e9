import { describe, expect, it } from 'vitest';
import {
  CaseInsensitiveValidString,
  CompositeValidator,
  javaHashOrder,
  LambdaValidator,
  ListSize,
  NonEmptyListValidator,
  NonEmptyString,
  NonEmptyStringWithoutControlChars,
  NonNullValidator,
  NullPointerException,
  Range,
  RegexValidator,
  ValidList,
  ValidString,
  type Validator,
} from '@millrace/api';

const regex = new RegexValidator((pattern) => new RegExp(pattern, 'u'));

const accepted: readonly (readonly [Validator, unknown])[] = [
  [Range.atLeast(0), 0],
  [Range.between(1, 10), 10],
  [Range.between(0.5, 2.5), Number.NaN],
  [ValidString.in('a', null), null],
  [CaseInsensitiveValidString.in('base64'), 'Base64'],
  [ValidList.in('a', 'b'), []],
  [ValidList.anyNonDuplicateValues(false, true), null],
  [new NonEmptyString(), null],
  [new NonNullValidator(), ''],
  [new NonEmptyStringWithoutControlChars(), 'a b'],
  [ListSize.atMostOfSize(1), ['a']],
  [new NonEmptyListValidator(), ['a', 'a']],
  [regex, '.*'],
  [CompositeValidator.of(), 'x'],
];

const refused: readonly (readonly [Validator, unknown, string])[] = [
  [Range.atLeast(0), null, 'Invalid value null for configuration k: Value must be non-null'],
  [Range.between(1, 10), 11, 'Invalid value 11 for configuration k: Value must be no more than 10'],
  [Range.atLeast(1, 'double'), 0, 'Invalid value 0.0 for configuration k: Value must be at least 1.0'],
  [ValidString.in('a', 'b'), 'c', 'Invalid value c for configuration k: String must be one of: a, b'],
  [CaseInsensitiveValidString.in('a'), null, 'Invalid value null for configuration k: String must be one of (case insensitive): A'],
  [ValidList.in('a', 'b'), null, "Configuration 'k' values must not be null."],
  [ValidList.in(false, 'a', 'b'), [], "Configuration 'k' must not be empty. Valid values include: [a, b]"],
  [ValidList.anyNonDuplicateValues(false, false), [], "Configuration 'k' must not be empty. Valid values include: any non-empty value"],
  [ValidList.in('a'), ['a', 'a'], "Configuration 'k' values must not be duplicated."],
  [ValidList.in('a'), ['', ''], "Configuration 'k' values must not be duplicated."],
  [ValidList.in('a'), [''], "Configuration 'k' values must not be empty."],
  [ValidList.in('a'), ['a', 'c'], 'Invalid value c for configuration k: String must be one of: a'],
  [new NonEmptyString(), '', 'Invalid value  for configuration k: String must be non-empty'],
  [new NonNullValidator(), null, 'Invalid value null for configuration k: entry must be non null'],
  [new NonEmptyStringWithoutControlChars(), '', 'Invalid value  for configuration k: String may not be empty'],
  [ListSize.atMostOfSize(1), ['a', 'b'], 'Invalid value [a, b] for configuration k: exceeds maximum list size of [1].'],
  [new NonEmptyListValidator(), [], 'Invalid value [] for configuration k: Empty list'],
  [regex, '[', 'Invalid value [ for configuration k: Invalid regex: '],
  [regex, null, 'Invalid value null for configuration k: Invalid regex: '],
];

describe('Validators', () => {
  it.each(accepted)('%s accepts %j', (validator, value) => {
    expect(() => validator.ensureValid('k', value)).not.toThrow();
  });

  it.each(refused)('%s refuses %j', (validator, value, message) => {
    expect(() => validator.ensureValid('k', value)).toThrow(message);
  });

  it.each([
    [Range.atLeast(0), '[0,...]'],
    [Range.between(0.5, 2.5), '[0.5,...,2.5]'],
    [Range.between(0, 100, 'double'), '[0.0,...,100.0]'],
    [ValidString.in('a', null), '[a, null]'],
    [CaseInsensitiveValidString.in('base64', 'numeric'), '(case insensitive) [NUMERIC, BASE64]'],
    [ValidList.in('a'), '[a]'],
    [ValidList.anyNonDuplicateValues(true, true), ''],
    [new NonEmptyString(), 'non-empty string'],
    [new NonNullValidator(), 'non-null string'],
    [new NonEmptyStringWithoutControlChars(), 'non-empty string without ISO control characters'],
    [ListSize.atMostOfSize(3), 'List containing maximum of 3 elements'],
    [new NonEmptyListValidator(), 'non-empty list'],
    [CompositeValidator.of(new NonEmptyString(), regex), 'non-empty string, valid regex'],
  ] as const)('%s is documented as %j', (validator, text) => {
    expect(validator.toString()).toBe(text);
  });

  it('lists the control characters that it found', () => {
    const message = 'String may not contain control sequences but had the following ASCII chars: 1, 127, 159';
    expect(() => new NonEmptyStringWithoutControlChars().ensureValid('k', 'a\u0001\u007f\u009f')).toThrow(message);
  });

  it('fails on a list that is not there, as Kafka does', () => {
    expect(() => ListSize.atMostOfSize(1).ensureValid('k', null)).toThrow(NullPointerException);
  });

  it('stops at the first validator of several that refuses', () => {
    const second = LambdaValidator.with(
      () => expect.unreachable(),
      () => 'never',
    );
    expect(() => CompositeValidator.of(new NonEmptyString(), second).ensureValid('k', '')).toThrow('String must be non-empty');
  });
});

describe('javaHashOrder', () => {
  it('orders texts as a HashSet iterates over them', () => {
    expect(javaHashOrder(['BASE64', 'NUMERIC', 'BASE64'])).toEqual(['NUMERIC', 'BASE64']);
  });

  it('keeps texts of one bucket in the order of their insertion', () => {
    expect(javaHashOrder(['BB', 'Aa'])).toEqual(['BB', 'Aa']);
    expect(javaHashOrder(['Aa', 'BB'])).toEqual(['Aa', 'BB']);
  });

  it('spreads more than twelve texts over more buckets', () => {
    const letters = Array.from('qponmlkjihgfedcba');
    expect(javaHashOrder(letters.slice(0, 12)).join('')).toBe('pqfghijklmno');
    expect(javaHashOrder(letters).join('')).toBe('abcdefghijklmnopq');
  });
});
