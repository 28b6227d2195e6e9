/**
 * The converters that Kafka Connect ships.
 *
 * @module
 */
export { BooleanConverter } from './boolean-converter.ts';
export { ByteArrayConverter } from './byte-array-converter.ts';
export { converterPlugins } from './converter-plugins.ts';
export { JsonConverter } from './json/json-converter.ts';
export { DoubleConverter, FloatConverter, IntegerConverter, LongConverter, ShortConverter } from './number-converter.ts';
export { SimpleHeaderConverter } from './simple-header-converter.ts';
export { StringConverter } from './string-converter.ts';
