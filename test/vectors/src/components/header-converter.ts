import { SimpleHeaderConverter } from '@millrace/converters';
import { decodeBytes, decodeSchemaAndValue, encodeBytes, encodeSchemaAndValue } from '../codec.ts';
import type { Components, VectorCase } from '../component.ts';

const topic = 't';
const key = 'k';

function configured({ config }: VectorCase): SimpleHeaderConverter {
  const converter = new SimpleHeaderConverter();
  converter.configure((config ?? {}) as Record<string, unknown>);
  return converter;
}

/** A BigInteger is written as its digits, as a long is: the codec knows no class for it. */
function withoutBigIntegers(input: unknown): unknown {
  return JSON.parse(JSON.stringify(input).replaceAll('{"bigint":', '{"i64":')) as unknown;
}

function write(converter: SimpleHeaderConverter, input: unknown): Buffer | null {
  const { schema, value } = decodeSchemaAndValue(withoutBigIntegers(input));
  return converter.fromConnectHeader(topic, key, schema, value);
}

export const headerConverter: Components = {
  'SimpleHeaderConverter.toConnectHeader': (testCase) => {
    const bytes = decodeBytes(testCase.input);
    const header = configured(testCase).toConnectHeader(topic, key, bytes);
    // For the word "null" Java's parser returns nothing at all, which Connect takes for the null header.
    return bytes !== null && header.schema === null && header.value === null ? null : encodeSchemaAndValue(header);
  },
  'SimpleHeaderConverter.fromConnectHeader': (testCase) => encodeBytes(write(configured(testCase), testCase.input)),
  'SimpleHeaderConverter.roundTrip': (testCase) => {
    const converter = configured(testCase);
    const bytes = write(converter, testCase.input);
    return { bytes: encodeBytes(bytes), back: encodeSchemaAndValue(converter.toConnectHeader(topic, key, bytes)) };
  },
};
