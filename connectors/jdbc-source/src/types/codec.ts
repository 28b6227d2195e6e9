import { SchemaBuilder } from '@millrace/api';
import type { TimeZone } from '../time/time-zone.ts';
import type { Decode } from './decode.ts';
import { decodeText } from './plain-codecs.ts';
import type { Calendar } from './temporal.ts';

/** How values of a column become values of a field. */
export interface Codec {
  /** A schema without optionality. */
  schema(): SchemaBuilder;
  readonly decode: Decode;
  /** What reads values of an optional field, where that differs: a struct holds its schema. Default: `decode`. */
  readonly ofOptional?: Decode;
  /** Whether the server sends the binary form; else the text form. */
  readonly isBinary: boolean;
}

/** Forms of a timestamp. */
export const GRANULARITIES = [
  'connect_logical',
  'micros_long',
  'micros_string',
  'micros_iso_datetime_string',
  'nanos_long',
  'nanos_string',
  'nanos_iso_datetime_string',
] as const;

export type Granularity = (typeof GRANULARITIES)[number];

/** How a numeric becomes a number. */
export const NUMERIC_MAPPINGS = ['none', 'precision_only', 'best_fit', 'best_fit_eager_double'] as const;

export type NumericMapping = (typeof NUMERIC_MAPPINGS)[number];

/** What becomes of a numeric without precision and scale. */
export const UNCONSTRAINED_MODES = ['decimal', 'string', 'double'] as const;

/** What becomes of NaN and the infinities in a numeric. */
export const NAN_MODES = ['fail', 'null'] as const;

/** What the configuration says of types. */
export interface TypeSettings {
  readonly mapping: 'compat' | 'native';
  readonly numericMapping: NumericMapping;
  /** Null when the configuration has none. */
  readonly granularity: Granularity | null;
  readonly zone: TimeZone;
  readonly calendar: Calendar;
  /** Null when the configuration has none. */
  readonly unconstrained: (typeof UNCONSTRAINED_MODES)[number] | null;
  readonly nan: (typeof NAN_MODES)[number];
}

/** A codec for the binary form. */
export function binary(schema: () => SchemaBuilder, decode: Decode): Codec {
  return { schema, decode, isBinary: true };
}

/** The text that the server writes, for types without a binary codec. */
export const asText: Codec = { schema: () => SchemaBuilder.string(), decode: decodeText, isBinary: false };
