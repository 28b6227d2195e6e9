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

function write(converter: SimpleHeaderConverter, input: unknown): Buffer | null {
  const { schema, value } = decodeSchemaAndValue(input);
  return converter.fromConnectHeader(topic, key, schema, value);
}

export const headerConverter: Components = {
  'SimpleHeaderConverter.toConnectHeader': (testCase) =>
    encodeSchemaAndValue(configured(testCase).toConnectHeader(topic, key, decodeBytes(testCase.input))),
  'SimpleHeaderConverter.fromConnectHeader': (testCase) => encodeBytes(write(configured(testCase), testCase.input)),
  'SimpleHeaderConverter.roundTrip': (testCase) => {
    const converter = configured(testCase);
    const bytes = write(converter, testCase.input);
    return { bytes: encodeBytes(bytes), back: encodeSchemaAndValue(converter.toConnectHeader(topic, key, bytes)) };
  },
};
