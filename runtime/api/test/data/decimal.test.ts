import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BigDecimal,
  ConnectDecimal,
  DataException,
  floatOfDecimal,
  floatOfInteger,
  fromTwosComplement,
  NullPointerException,
  NumberFormatException,
  Schema,
  SchemaBuilder,
  twosComplement,
} from '@millrace/api';

const anyInteger = fc.oneof(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }), fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }));

describe('the bytes of a decimal', () => {
  it.each([
    [128n, '0080'],
    [-128n, '80'],
    [-129n, 'ff7f'],
    [0n, '00'],
    [-1n, 'ff'],
    [150n, '0096'],
    [15_678n, '3d3e'],
    [2n ** 31n, '0080000000'],
    [-(2n ** 31n), '80000000'],
    [2n ** 63n - 1n, '7fffffffffffffff'],
    [2n ** 63n, '008000000000000000'],
    [-(2n ** 63n), '8000000000000000'],
    [9_999_999_999_999_999_999_999n, '021e19e0c9bab23fffff'],
  ])('are the shortest two’s complement of %i', (value, hex) => {
    expect(twosComplement(value).toString('hex')).toBe(hex);
    expect(fromTwosComplement(Buffer.from(hex, 'hex'))).toBe(value);
  });

  it('give back every integer, and no byte could be left out', () => {
    fc.assert(
      fc.property(anyInteger, (value) => {
        const bytes = twosComplement(value);

        expect(fromTwosComplement(bytes)).toBe(value);
        if (bytes.length > 1) expect(fromTwosComplement(bytes.subarray(1))).not.toBe(value);
      }),
    );
  });

  it('may be longer than needed, and a plain Uint8Array', () => {
    expect(fromTwosComplement(new Uint8Array([0xff, 0xff]))).toBe(-1n);
    expect(fromTwosComplement(new Uint8Array(20).fill(0xff))).toBe(-1n);
  });

  it('must not be missing', () => {
    expect(() => fromTwosComplement(Buffer.alloc(0))).toThrow(NumberFormatException);
  });
});

describe('ConnectDecimal', () => {
  it('makes the schema that Kafka makes', () => {
    const schema = ConnectDecimal.schema(2);

    expect(schema).toMatchObject({ type: 'bytes', name: 'org.apache.kafka.connect.data.Decimal', version: 1 });
    expect([...(schema.parameters ?? [])]).toEqual([['scale', '2']]);
    expect(ConnectDecimal.schema(2)).toBe(schema);
  });

  it('encodes and decodes values of the schema’s scale, which may be negative', () => {
    const schema = ConnectDecimal.schema(2);
    expect(ConnectDecimal.fromLogical(schema, BigDecimal.parse('156.78')).toString('base64')).toBe('PT4=');
    expect(ConnectDecimal.toLogical(schema, Buffer.from('PT4=', 'base64')).toString()).toBe('156.78');

    expect(ConnectDecimal.toLogical(ConnectDecimal.schema(-3), Buffer.from([1])).toString()).toBe('1E+3');
  });

  it('refuses a value of another scale, naming both', () => {
    expect(() => ConnectDecimal.fromLogical(ConnectDecimal.schema(2), BigDecimal.parse('1.234'))).toThrow(
      new DataException('Decimal value has mismatching scale for given Decimal schema. Schema has scale 2, value has scale 3.'),
    );
  });

  it('reads the scale of every schema anew, however often they alternate', () => {
    const scales = [2, 5, 2, 0, 5].map((scale) => ConnectDecimal.scaleOf(ConnectDecimal.schema(scale)));

    expect(scales).toEqual([2, 5, 2, 0, 5]);
  });

  it('refuses schemas without a usable scale', () => {
    const value = BigDecimal.parse('1');
    expect(() => ConnectDecimal.fromLogical(Schema.BYTES_SCHEMA, value)).toThrow(NullPointerException);
    expect(() => ConnectDecimal.fromLogical(SchemaBuilder.bytes().parameter('q', '1').build(), value)).toThrow('scale parameter not found');
    expect(() => ConnectDecimal.fromLogical(SchemaBuilder.bytes().parameter('scale', ' 1').build(), value)).toThrow('Invalid scale');
  });
});

describe('BigDecimal', () => {
  it.each([
    ['-1.50', -150n, 2],
    ['1e3', 1n, -3],
    ['1E-7', 1n, 7],
    ['+5', 5n, 0],
    ['007', 7n, 0],
    ['.5', 5n, 1],
    ['5.', 5n, 0],
    ['1e0000000000005', 1n, -5],
    ['٣', 3n, 0],
    ['１２.５', 125n, 1],
  ])('reads %s', (text, unscaled, scale) => {
    expect(BigDecimal.parse(text)).toMatchObject({ unscaled, scale });
  });

  it.each(['', ' 1', '1_0', '1,5', '--1', '1.2.3', 'NaN', '1e', 'e1', '.', '1e99999999999', '1e2147483648'])('refuses %j', (text) => {
    expect(() => BigDecimal.parse(text)).toThrow(NumberFormatException);
  });

  it.each([
    ['1E+3', '1E+3', '1000'],
    ['0.0000012', '0.0000012', '0.0000012'],
    ['0.00000012', '1.2E-7', '0.00000012'],
    ['-69e-3', '-0.069', '-0.069'],
    ['0E-11', '0E-11', '0.00000000000'],
    ['0E+4', '0E+4', '0'],
    ['9.41200E+17', '9.41200E+17', '941200000000000000'],
  ])('prints %s as %s, without an exponent as %s', (text, canonical, plain) => {
    const decimal = BigDecimal.parse(text);

    expect(decimal.toString()).toBe(canonical);
    expect(decimal.toPlainString()).toBe(plain);
  });

  it('prints a text that reads back as the same value and scale', () => {
    fc.assert(
      fc.property(anyInteger, fc.integer({ min: -100, max: 100 }), (unscaled, scale) => {
        const decimal = new BigDecimal(unscaled, scale);

        expect(BigDecimal.parse(decimal.toString()).equals(decimal)).toBe(true);
        // Without an exponent a negative scale is lost, the value is not.
        expect(BigDecimal.parse(decimal.toPlainString())).toMatchObject(
          scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 },
        );
      }),
    );
  });

  it('cuts down to 64 bits as Java does, without computing powers that have none of them', () => {
    expect(BigDecimal.parse('9223372036854775808').toInt64()).toBe(-(2n ** 63n));
    expect(BigDecimal.parse('-300.7').toInt64()).toBe(-300n);
    expect(BigDecimal.parse('1e2000000000').toInt64()).toBe(0n);
    expect(BigDecimal.parse('1e-2000000000').toInt64()).toBe(0n);
  });

  it('takes a double by its text', () => {
    expect(BigDecimal.ofDouble(5).toString()).toBe('5.0');
    expect(BigDecimal.ofDouble(3e9)).toMatchObject({ unscaled: 30n, scale: -8 });
    expect(() => BigDecimal.ofDouble(Number.NaN)).toThrow(NumberFormatException);
  });
});

describe('rounding to single precision', () => {
  it('rounds once, where a double in between would round twice', () => {
    // 1 + 2^-24 lies between two floats and rounds to the even one; a little more rounds up.
    expect(floatOfDecimal(BigDecimal.parse('1.000000059604644775390625'))).toBe(1);
    expect(floatOfDecimal(BigDecimal.parse('1.0000000596046447753906250000000001'))).toBe(Math.fround(1 + 2 ** -23));
    expect(floatOfDecimal(BigDecimal.parse('-1.0000000596046447753906250000000001'))).toBe(-Math.fround(1 + 2 ** -23));
    expect(floatOfInteger(2n ** 61n + 2n ** 37n)).toBe(2 ** 61);
    expect(floatOfInteger(2n ** 61n + 2n ** 37n + 1n)).toBe(2 ** 61 + 2 ** 38);
  });

  it('knows the largest float', () => {
    expect(floatOfDecimal(BigDecimal.parse('3.40282356779733661637539395458142568447e38'))).toBe(3.4028234663852886e38);
    expect(floatOfDecimal(BigDecimal.parse('3.40282356779733661637539395458142568448e38'))).toBe(Number.POSITIVE_INFINITY);
  });

  it('leaves every float as it is', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(floatOfDecimal(BigDecimal.ofDouble(value)) + 0).toBe(value + 0);
      }),
    );
  });
});
