import type { Converter } from '@millrace/api';
import { converterPlugins } from '@millrace/converters';
import { decodeBytes, decodeSchemaAndValue, encodeBytes, encodeSchemaAndValue } from '../codec.ts';
import { NotYet, type Components, type VectorCase } from '../component.ts';

const topic = 't';

/** The three operations of a key or value converter. */
export function converterComponents(name: string, className: string): Components {
  const configured = ({ config }: VectorCase): Converter => {
    const Plugin = converterPlugins[className];
    if (Plugin === undefined) throw new NotYet();
    const converter = new Plugin() as Converter;
    converter.configure((config ?? {}) as Record<string, unknown>, false);
    return converter;
  };
  const write = (converter: Converter, { input }: VectorCase): Buffer | null => {
    const { schema, value } = decodeSchemaAndValue(input);
    return converter.fromConnectData(topic, schema, value);
  };
  return {
    [`${name}.fromConnectData`]: (testCase) => encodeBytes(write(configured(testCase), testCase)),
    [`${name}.toConnectData`]: (testCase) => encodeSchemaAndValue(configured(testCase).toConnectData(topic, decodeBytes(testCase.input))),
    [`${name}.roundTrip`]: (testCase) => {
      const converter = configured(testCase);
      const bytes = write(converter, testCase);
      return { bytes: encodeBytes(bytes), back: encodeSchemaAndValue(converter.toConnectData(topic, bytes)) };
    },
  };
}
