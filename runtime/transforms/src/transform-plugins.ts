import type { Predicate, Transformation } from '@millrace/api';
import { CastKey, CastValue } from './cast.ts';
import { DropHeaders } from './drop-headers.ts';
import { ExtractFieldKey, ExtractFieldValue } from './extract-field.ts';
import { Filter } from './filter.ts';
import { FlattenKey, FlattenValue } from './flatten.ts';
import { HeaderFromKey, HeaderFromValue } from './header-from.ts';
import { HoistFieldKey, HoistFieldValue } from './hoist-field.ts';
import { InsertFieldKey, InsertFieldValue } from './insert-field.ts';
import { InsertHeader } from './insert-header.ts';
import { MaskFieldKey, MaskFieldValue } from './mask-field.ts';
import { HasHeaderKey } from './predicates/has-header-key.ts';
import { RecordIsTombstone } from './predicates/record-is-tombstone.ts';
import { TopicNameMatches } from './predicates/topic-name-matches.ts';
import { RegexRouter } from './regex-router.ts';
import { ReplaceFieldKey, ReplaceFieldValue } from './replace-field.ts';
import { SetSchemaMetadataKey, SetSchemaMetadataValue } from './set-schema-metadata.ts';
import { TimestampConverterKey, TimestampConverterValue } from './timestamp-converter.ts';
import { TimestampRouter } from './timestamp-router.ts';
import { ValueToKey } from './value-to-key.ts';

/** A transformation or a predicate. */
export type TransformPlugin = new () => Transformation | Predicate;

const transforms = 'org.apache.kafka.connect.transforms';

/** Kafka's transformations and predicates by the names of their Java classes. */
export const transformPlugins: Readonly<Record<string, TransformPlugin>> = {
  [`${transforms}.Cast$Key`]: CastKey,
  [`${transforms}.Cast$Value`]: CastValue,
  [`${transforms}.DropHeaders`]: DropHeaders,
  [`${transforms}.ExtractField$Key`]: ExtractFieldKey,
  [`${transforms}.ExtractField$Value`]: ExtractFieldValue,
  [`${transforms}.Filter`]: Filter,
  [`${transforms}.Flatten$Key`]: FlattenKey,
  [`${transforms}.Flatten$Value`]: FlattenValue,
  [`${transforms}.HeaderFrom$Key`]: HeaderFromKey,
  [`${transforms}.HeaderFrom$Value`]: HeaderFromValue,
  [`${transforms}.HoistField$Key`]: HoistFieldKey,
  [`${transforms}.HoistField$Value`]: HoistFieldValue,
  [`${transforms}.InsertField$Key`]: InsertFieldKey,
  [`${transforms}.InsertField$Value`]: InsertFieldValue,
  [`${transforms}.InsertHeader`]: InsertHeader,
  [`${transforms}.MaskField$Key`]: MaskFieldKey,
  [`${transforms}.MaskField$Value`]: MaskFieldValue,
  [`${transforms}.RegexRouter`]: RegexRouter,
  [`${transforms}.ReplaceField$Key`]: ReplaceFieldKey,
  [`${transforms}.ReplaceField$Value`]: ReplaceFieldValue,
  [`${transforms}.SetSchemaMetadata$Key`]: SetSchemaMetadataKey,
  [`${transforms}.SetSchemaMetadata$Value`]: SetSchemaMetadataValue,
  [`${transforms}.TimestampConverter$Key`]: TimestampConverterKey,
  [`${transforms}.TimestampConverter$Value`]: TimestampConverterValue,
  [`${transforms}.TimestampRouter`]: TimestampRouter,
  [`${transforms}.ValueToKey`]: ValueToKey,
  [`${transforms}.predicates.HasHeaderKey`]: HasHeaderKey,
  [`${transforms}.predicates.RecordIsTombstone`]: RecordIsTombstone,
  [`${transforms}.predicates.TopicNameMatches`]: TopicNameMatches,
};
