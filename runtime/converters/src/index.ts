/**
 * Kafka Connect's converters.
 *
 * @module
 */
import type { Converter, HeaderConverter } from '@millrace/api';
import { BooleanConverter } from './boolean-converter.ts';
import { ByteArrayConverter } from './byte-array-converter.ts';
import { DoubleConverter, FloatConverter, IntegerConverter, LongConverter, ShortConverter } from './number-converter.ts';
import { SimpleHeaderConverter } from './simple-header-converter.ts';
import { StringConverter } from './string-converter.ts';

export { BooleanConverter, ByteArrayConverter, DoubleConverter, FloatConverter, IntegerConverter };
export { LongConverter, ShortConverter, SimpleHeaderConverter, StringConverter };

/** Every converter by its Java class name. */
export const converterPlugins: Readonly<Record<string, new () => Converter | HeaderConverter>> = {
  'org.apache.kafka.connect.converters.BooleanConverter': BooleanConverter,
  'org.apache.kafka.connect.converters.ByteArrayConverter': ByteArrayConverter,
  'org.apache.kafka.connect.converters.DoubleConverter': DoubleConverter,
  'org.apache.kafka.connect.converters.FloatConverter': FloatConverter,
  'org.apache.kafka.connect.converters.IntegerConverter': IntegerConverter,
  'org.apache.kafka.connect.converters.LongConverter': LongConverter,
  'org.apache.kafka.connect.converters.ShortConverter': ShortConverter,
  'org.apache.kafka.connect.storage.SimpleHeaderConverter': SimpleHeaderConverter,
  'org.apache.kafka.connect.storage.StringConverter': StringConverter,
};
