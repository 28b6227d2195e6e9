/**
 * Kafka Connect's single message transformations and predicates.
 *
 * @module
 */
export { CastKey, CastValue } from './cast.ts';
export { DropHeaders } from './drop-headers.ts';
export { ExtractFieldKey, ExtractFieldValue } from './extract-field.ts';
export { Filter } from './filter.ts';
export { FlattenKey, FlattenValue } from './flatten.ts';
export { HeaderFromKey, HeaderFromValue } from './header-from.ts';
export { HoistFieldKey, HoistFieldValue } from './hoist-field.ts';
export { InsertFieldKey, InsertFieldValue } from './insert-field.ts';
export { InsertHeader } from './insert-header.ts';
export { MaskFieldKey, MaskFieldValue } from './mask-field.ts';
export { RegexRouter } from './regex-router.ts';
export { ReplaceFieldKey, ReplaceFieldValue } from './replace-field.ts';
export { SetSchemaMetadataKey, SetSchemaMetadataValue } from './set-schema-metadata.ts';
export { TimestampConverterKey, TimestampConverterValue } from './timestamp-converter.ts';
export { TimestampRouter } from './timestamp-router.ts';
export { ValueToKey } from './value-to-key.ts';
export { HasHeaderKey } from './predicates/has-header-key.ts';
export { RecordIsTombstone } from './predicates/record-is-tombstone.ts';
export { TopicNameMatches } from './predicates/topic-name-matches.ts';
export { SingleFieldPath } from './record/single-field-path.ts';
export { transformPlugins, type TransformPlugin } from './transform-plugins.ts';
