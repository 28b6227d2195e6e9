import { describe, expect, it } from 'vitest';
import {
  BigDecimal,
  ConnectDate,
  ConnectDecimal,
  ConnectTime,
  ConnectTimestamp,
  DataException,
  NullPointerException,
  NumberFormatException,
  Schema,
  SchemaBuilder,
  Struct,
  TypedNumber,
  Values,
} from '@millrace/api';

const moment = 1_700_000_000_123;

describe('Values, numbers', () => {
  it('cuts off and wraps as Java’s casts do', () => {
    expect(Values.convertToByte(null, 300)).toBe(44);
    expect(Values.convertToByte(null, '-300.7')).toBe(-44);
    expect(Values.convertToByte(null, 1e19)).toBe(-1);
    expect(Values.convertToShort(Schema.INT64_SCHEMA, moment)).toBe(26_747);
    expect(Values.convertToInteger(Schema.INT64_SCHEMA, moment)).toBe(-807_049_093);
    expect(Values.convertToLong(null, 1e19)).toBe(2n ** 63n - 1n);
    expect(Values.convertToLong(null, -2.75)).toBe(-2);
    expect(Values.convertToLong(null, Number.NaN)).toBe(0);
    expect(Values.convertToLong(null, '9223372036854775808')).toBe(-(2n ** 63n));
    expect(Values.convertToFloat(null, '-300.7')).toBe(Math.fround(-300.7));
    expect(Values.convertToDouble(null, BigDecimal.parse('12.345'))).toBe(12.345);
    expect(Values.convertToDouble(null, '1e400')).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts dates by their encoding when the schema tells their type', () => {
    expect(Values.convertToLong(ConnectDate.SCHEMA, 19_675)).toBe(19_675);
    expect(Values.convertToLong(ConnectTimestamp.SCHEMA, moment)).toBe(moment);
    expect(Values.convertToDouble(ConnectTime.SCHEMA, 45_296_789)).toBe(45_296_789);
    expect(Values.convertToLong(ConnectDate.SCHEMA, new TypedNumber('int32', 5))).toBe(5);
    expect(() => Values.convertToLong(ConnectDate.SCHEMA, new Date(5))).toThrow('should not have any time fields');
    expect(() => Values.convertToLong(null, new Date(0))).toThrow(
      'Unable to convert Thu Jan 01 00:00:00 UTC 1970 (class java.util.Date) to a number',
    );
  });

  it('is true for what is not zero', () => {
    expect(Values.convertToBoolean(null, 'true')).toBe(true);
    expect(Values.convertToBoolean(null, 'false')).toBe(false);
    expect(Values.convertToBoolean(null, '1.5')).toBe(true);
    expect(Values.convertToBoolean(null, 0.5)).toBe(false);
    expect(Values.convertToBoolean(ConnectTimestamp.SCHEMA, moment)).toBe(true);
  });

  it('leaves null alone', () => {
    const {
      convertToBoolean,
      convertToByte,
      convertToShort,
      convertToInteger,
      convertToLong,
      convertToFloat,
      convertToDouble,
      convertToString,
    } = Values;
    const conversions = [
      convertToBoolean,
      convertToByte,
      convertToShort,
      convertToInteger,
      convertToLong,
      convertToFloat,
      convertToDouble,
      convertToString,
    ];
    for (const convert of conversions) expect(convert(Schema.INT32_SCHEMA, null)).toBeNull();
  });

  it.each([' 7 ', '', 'abc', 'true', '2019-08-23', '[1,2]'])('refuses the text %j', (text) => {
    expect(() => Values.convertToLong(null, text)).toThrow(
      new DataException(`Unable to convert ${text} (class java.lang.String) to a number`),
    );
  });

  it('names the class that a value under its schema has in Java', () => {
    expect(() => Values.convertToLong(Schema.BOOLEAN_SCHEMA, false)).toThrow(
      'Unable to convert false (class java.lang.Boolean) to Schema{BOOLEAN}',
    );
    expect(() => Values.convertToList(Schema.INT32_SCHEMA, 5)).toThrow('Unable to convert 5 (class java.lang.Integer) to Schema{ARRAY}');
  });
});

describe('Values, dates', () => {
  it('counts numbers as days or milliseconds', () => {
    expect(Values.convertToDate(Schema.INT32_SCHEMA, 5)).toBe(5);
    expect(Values.convertToDate(null, 3_000_000_000)).toBe(-1_294_967_296);
    expect(Values.convertToTime(null, ' 7 ')).toBe(7);
    expect(Values.convertToTimestamp(null, '9223372036854775808')).toBe(-(2n ** 63n));
    expect(() => Values.convertToTime(null, -5)).toThrow(DataException);
  });

  it('takes from a timestamp its day or its time of day', () => {
    expect(Values.convertToDate(ConnectTimestamp.SCHEMA, moment)).toBe(19_675);
    expect(Values.convertToTime(ConnectTimestamp.SCHEMA, moment)).toBe(80_000_123);
    expect(Values.convertToDate(ConnectTimestamp.SCHEMA, -1)).toBe(0);
    expect(Values.convertToTime(ConnectTimestamp.SCHEMA, -1)).toBe(86_399_999);
    expect(Values.convertToTimestamp(ConnectDate.SCHEMA, 2)).toBe(172_800_000);
    expect(Values.convertToTimestamp(ConnectTime.SCHEMA, 5)).toBe(5);
  });

  it('leaves a date without a schema as it is, whatever its kind', () => {
    expect(Values.convertToDate(null, '2019-08-23T14:34:54.346Z')).toEqual(new Date('2019-08-23T14:34:54.346Z'));
    expect(Values.convertToTime(null, '2019-08-23')).toBe(1_566_518_400_000);
    expect(Values.convertToTimestamp(null, new Date(5))).toBe(5);
  });

  it('refuses null, the word null and what is neither a date nor a number', () => {
    for (const convert of [Values.convertToDate, Values.convertToTime, Values.convertToTimestamp]) {
      expect(() => convert(Schema.OPTIONAL_INT32_SCHEMA, null)).toThrow('Unable to convert a null value');
      expect(() => convert(null, 'null')).toThrow(NullPointerException);
      expect(() => convert(null, '[1,2]')).toThrow('Unable to convert [1, 2] (class java.util.ArrayList) to a number');
      expect(() => convert(Schema.STRING_SCHEMA, '2019-08-23')).toThrow('to Schema{STRING}');
    }
  });
});

describe('Values, decimals', () => {
  it('keeps decimals and texts as they are, and takes numbers by way of a double', () => {
    expect(String(Values.convertToDecimal(null, BigDecimal.parse('12.345'), 2))).toBe('12.345');
    expect(String(Values.convertToDecimal(null, '-300.7', 2))).toBe('-300.7');
    expect(Values.convertToDecimal(Schema.INT32_SCHEMA, 5, 2)).toMatchObject({ unscaled: 50n, scale: 1 });
  });

  it('decodes bytes with the scale asked for', () => {
    expect(Values.convertToDecimal(null, Buffer.from([1, 2]), 2)).toMatchObject({ unscaled: 258n, scale: 2 });
    expect(() => Values.convertToDecimal(null, Buffer.alloc(0), 2)).toThrow(NumberFormatException);
  });

  it('refuses what is no number', () => {
    expect(() => Values.convertToDecimal(null, 'null', 0)).toThrow(NumberFormatException);
    expect(() => Values.convertToDecimal(null, Number.NaN, 0)).toThrow(NumberFormatException);
    expect(() => Values.convertToDecimal(ConnectDate.SCHEMA, 5, 0)).toThrow('to Schema{org.apache.kafka.connect.data.Decimal:BYTES}');
  });
});

describe('Values, containers', () => {
  it('hands out the container itself or the one in a text, whose values describe themselves', () => {
    const list = [1];
    expect(Values.convertToList(null, list)).toBe(list);
    expect(Values.convertToList(null, '[1,"a"]')).toEqual([new TypedNumber('int8', 1), 'a']);
    expect(Values.convertToMap(null, { a: 1 })).toEqual({ a: 1 });
    expect(Values.convertToMap(null, '{"a":true}')).toEqual(new Map([['a', true]]));
  });

  it('hands out structs, but reads none from a text', () => {
    const struct = new Struct(SchemaBuilder.struct().build());
    expect(Values.convertToStruct(struct.schema, struct)).toBe(struct);
    expect(() => Values.convertToStruct(null, '{"a":1}')).toThrow('Unable to convert {"a":1} (class java.lang.String) to Schema{STRUCT}');
  });

  it('refuses null', () => {
    for (const convert of [Values.convertToList, Values.convertToMap, Values.convertToStruct]) {
      expect(() => convert(null, null)).toThrow('Unable to convert a null value');
    }
  });
});

describe('Values.convertToString', () => {
  it.each([
    ['a "quoted" text', 'a "quoted" text'],
    [['a"b\\c'], '["a\\"b\\\\c"]'],
    [[null, 'x', [1], { k: true }], '[null,"x",[1],{"k":true}]'],
    [
      new Map<unknown, unknown>([
        [1, 'a'],
        [null, 2.5],
      ]),
      '{1:"a",null:2.5}',
    ],
    [Buffer.from([1]), 'AQ=='],
    [[Buffer.from([1])], '["AQ=="]'],
    [BigDecimal.parse('1E+3'), '1E+3'],
    [new TypedNumber('float32', 0.1), '0.1'],
    [[new Date(5000), new Date(86_400_000), new Date(moment)], '[00:00:05.000Z,1970-01-02,2023-11-14T22:13:20.123Z]'],
    [new Date(-1), '23:59:59.999Z'],
    [new Date(253_402_300_800_000), '10000-01-01'],
  ])('writes %# as Kafka does', (value, text) => {
    expect(Values.convertToString(null, value)).toBe(text);
  });

  it('reads numbers by their schema', () => {
    expect(Values.convertToString(ConnectDate.SCHEMA, 19_675)).toBe('2023-11-14');
    expect(Values.convertToString(ConnectTimestamp.SCHEMA, 2n ** 63n - 1n)).toBe('292278994-08-17T07:12:55.807Z');
    expect(Values.convertToString(SchemaBuilder.array(Schema.FLOAT64_SCHEMA).build(), [1, 1e7])).toBe('[1.0,1.0E7]');
  });

  it('writes every field of a struct, defaults included, and escapes no field name', () => {
    const schema = SchemaBuilder.struct()
      .field('a"b', SchemaBuilder.int32().optional().defaultValue(5))
      .field('s', Schema.OPTIONAL_STRING_SCHEMA)
      .field('d', ConnectDecimal.schema(2))
      .build();
    const struct = new Struct(schema).put('d', BigDecimal.parse('1.50'));

    expect(Values.convertToString(schema, struct)).toBe('{"a"b":5,"s":null,"d":1.50}');
  });

  it('refuses classes that Connect does not know', () => {
    expect(() => Values.convertToString(null, new Set([1]))).toThrow('Failed to serialize unexpected value type Set');
    expect(() => Values.convertToString(null, [Symbol.iterator])).toThrow(DataException);
  });
});

describe('Values.inferSchema', () => {
  it('goes by the class of a value and the types of its elements', () => {
    expect(Values.inferSchema(1)).toBe(Schema.INT64_SCHEMA);
    expect(Values.inferSchema(new TypedNumber('float32', 1))).toBe(Schema.FLOAT32_SCHEMA);
    expect(Values.inferSchema(['a', null])).toBe(SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build());
    expect(Values.inferSchema({ a: 1 })).toBe(SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA).build());
    expect(Values.inferSchema([[1], [2]])).toBe(SchemaBuilder.array(Schema.of({ type: 'array' })).build());
  });

  it('takes the schema of a struct, but not of structs in a list', () => {
    const struct = new Struct(SchemaBuilder.struct().field('a', Schema.OPTIONAL_INT32_SCHEMA).build());
    expect(Values.inferSchema(struct)).toBe(struct.schema);
    expect(Values.inferSchema([struct])).toBe(SchemaBuilder.array(SchemaBuilder.struct().build()).build());
  });

  it.each([[null], [[]], [{}], [['a', 1]], [{ a: 1, b: 'x' }], [new Date(0)], [[new Date(0)]], [BigDecimal.parse('1')], [new Set()]])(
    'finds none for %s',
    (value) => {
      expect(Values.inferSchema(value)).toBeNull();
    },
  );

  it('refuses containers of nothing but null', () => {
    expect(() => Values.inferSchema({ a: null })).toThrow('type cannot be null');
    expect(() => Values.inferSchema([null])).toThrow('type cannot be null');
  });
});
