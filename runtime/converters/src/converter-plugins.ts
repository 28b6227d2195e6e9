import type { Converter, HeaderConverter } from '@millrace/api';
import { BooleanConverter } from './boolean-converter.ts';
import { ByteArrayConverter } from './byte-array-converter.ts';
import { JsonConverter } from './json/json-converter.ts';
import { DoubleConverter, FloatConverter, IntegerConverter, LongConverter, ShortConverter } from './number-converter.ts';
import { SimpleHeaderConverter } from './simple-header-converter.ts';
import { StringConverter } from './string-converter.ts';

/** Every converter of this package by the name of the Java class whose place it takes. */
export const converterPlugins: Readonly<Record<string, new () => Converter | HeaderConverter>> = {
  'org.apache.kafka.connect.converters.BooleanConverter': BooleanConverter,
  'org.apache.kafka.connect.converters.ByteArrayConverter': ByteArrayConverter,
  'org.apache.kafka.connect.converters.DoubleConverter': DoubleConverter,
  'org.apache.kafka.connect.converters.FloatConverter': FloatConverter,
  'org.apache.kafka.connect.converters.IntegerConverter': IntegerConverter,
  'org.apache.kafka.connect.converters.LongConverter': LongConverter,
  'org.apache.kafka.connect.converters.ShortConverter': ShortConverter,
  'org.apache.kafka.connect.json.JsonConverter': JsonConverter,
  'org.apache.kafka.connect.storage.SimpleHeaderConverter': SimpleHeaderConverter,
  'org.apache.kafka.connect.storage.StringConverter': StringConverter,
};
