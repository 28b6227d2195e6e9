import {
  BigDecimal,
  ConnectDecimal,
  ConnectDate,
  ConnectTime,
  ConnectTimestamp,
  isStruct,
  MILLIS_PER_DAY,
  Schema,
  SchemaBuilder,
  Struct,
} from '@millrace/api';
import fc from 'fast-check';

/** A schema with a generator of its values, in runtime form. */
export interface Typed {
  readonly schema: Schema;
  readonly value: fc.Arbitrary<unknown>;
}

const name = fc.oneof(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  fc.constantFrom('payload', '__proto__', '1'),
);
/** NaN and the infinities are written as text, which is read as 0; a negative zero is read as 0. */
const readable = { noNaN: true, noDefaultInfinity: true };
const positiveZero = (value: number): number => (value === 0 ? 0 : value);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
});
const text = fc.string({ unit: 'binary', maxLength: 12 });
const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array));

const primitives: readonly Typed[] = [
  { schema: Schema.INT8_SCHEMA, value: fc.integer({ min: -128, max: 127 }) },
  { schema: Schema.INT16_SCHEMA, value: fc.integer({ min: -32_768, max: 32_767 }) },
  { schema: Schema.INT32_SCHEMA, value: fc.integer() },
  { schema: Schema.INT64_SCHEMA, value: fc.oneof(fc.maxSafeInteger(), int64) },
  { schema: Schema.FLOAT32_SCHEMA, value: fc.float(readable).map(positiveZero) },
  { schema: Schema.FLOAT64_SCHEMA, value: fc.double(readable).map(positiveZero) },
  { schema: Schema.BOOLEAN_SCHEMA, value: fc.boolean() },
  { schema: Schema.STRING_SCHEMA, value: text },
  { schema: Schema.BYTES_SCHEMA, value: bytes },
  { schema: ConnectDecimal.schema(2), value: fc.bigInt().map((unscaled) => new BigDecimal(unscaled, 2)) },
  { schema: ConnectDate.SCHEMA, value: fc.integer() },
  { schema: ConnectTime.SCHEMA, value: fc.integer({ min: 0, max: MILLIS_PER_DAY }) },
  { schema: ConnectTimestamp.SCHEMA, value: fc.oneof(fc.maxSafeInteger(), int64) },
];

/** A struct belongs to one schema, so those of an optional schema are others than those of the required one. */
function optional({ schema: required, value }: Typed): Typed {
  const schema = Schema.of({ ...required.attributes(), optional: true });
  const ofSchema = value.map((item) => (isStruct(item) && item.schema === required ? new Struct(schema, item.values) : item));
  return { schema, value: fc.option(ofSchema, { nil: null }) };
}

function arrayOf({ schema, value }: Typed): Typed {
  return { schema: SchemaBuilder.array(schema).build(), value: fc.array(value, { maxLength: 4 }) };
}

function mapOf(key: Typed, { schema, value }: Typed): Typed {
  return {
    schema: SchemaBuilder.map(key.schema, schema).build(),
    value: fc.array(fc.tuple(key.value, value), { maxLength: 4 }).map((entries) => new Map(entries)),
  };
}

function structOf(fields: readonly (readonly [string, Typed])[], doc: string): Typed {
  const builder = SchemaBuilder.struct().doc(doc);
  for (const [fieldName, field] of fields) builder.field(fieldName, field.schema);
  const schema = builder.build();
  return { schema, value: fc.tuple(...fields.map(([, field]) => field.value)).map((values) => new Struct(schema, values)) };
}

const { typed } = fc.letrec<{ typed: Typed; required: Typed }>((tie) => ({
  required: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...primitives),
    tie('typed').map(arrayOf),
    fc.tuple(fc.constantFrom(...primitives.slice(0, 4), ...primitives.slice(6, 8)), tie('typed')).map(([key, value]) => mapOf(key, value)),
    fc
      .tuple(fc.uniqueArray(fc.tuple(name, tie('typed')), { maxLength: 5, selector: ([fieldName]) => fieldName }), text)
      .map(([fields, doc]) => structOf(fields, doc)),
  ),
  typed: fc.oneof(tie('required'), tie('required').map(optional)),
}));

/** A random schema with some values of it. */
export const schemaAndValues = typed.chain(({ schema, value }) =>
  fc.tuple(fc.constant(schema), fc.array(value, { minLength: 1, maxLength: 3 })),
);

/** Texts of numbers in every form that JSON has. */
export const numberLiteral = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,6}$/), fc.stringMatching(/^[1-9]\d{13,20}$/)),
    fc.oneof(
      fc.constant(''),
      fc.stringMatching(/^\.\d{1,4}$/),
      fc.stringMatching(/^\.0{1,5}$/),
      fc.stringMatching(/^\.(?:0|9){12,24}\d?$/),
    ),
    fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.stringMatching(/^[eE][-+]?\d{1,3}$/) }),
  )
  .map((parts) => parts.join(''));

/** Strings that look like numbers, or like the ends of them. */
const trickyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.uuid(),
  numberLiteral,
  fc.tuple(fc.string({ maxLength: 4 }), numberLiteral, fc.constantFrom(',', '}', ']', ' ', '"', '\\', '')).map((parts) => parts.join('')),
);

const blank = fc.constantFrom('', '', '', ' ', '\n', '\t ');

/** Random JSON text, with numbers in every form and blanks anywhere. */
export const jsonText = fc.letrec<{ text: string }>((tie) => ({
  text: fc
    .tuple(
      blank,
      fc.oneof(
        { depthSize: 'small' },
        numberLiteral,
        trickyText.map((value) => JSON.stringify(value)),
        fc.constantFrom('true', 'false', 'null'),
        fc.array(tie('text'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
        fc
          .array(fc.tuple(trickyText, blank, tie('text')), { maxLength: 4 })
          .map((members) => `{${members.map(([key, gap, value]) => `${gap}${JSON.stringify(key)}${gap}:${value}`).join()}}`),
      ),
      blank,
    )
    .map((parts) => parts.join('')),
})).text;
