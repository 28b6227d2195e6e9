/**
 * What a connector, a converter or a transformation of Millrace imports, and nothing else.
 *
 * @module
 */
export {
  AlreadyExistsException,
  ClassCastException,
  ConfigException,
  ConnectException,
  DataException,
  type ExceptionOptions,
  IllegalArgumentException,
  IllegalStateException,
  IllegalWorkerStateException,
  IndexOutOfBoundsException,
  InvalidRecordException,
  KafkaException,
  NotFoundException,
  NullPointerException,
  NumberFormatException,
  RetriableException,
  RuntimeException,
  SchemaBuilderException,
  SchemaProjectorException,
  SerializationException,
  UnsupportedOperationException,
} from './errors/exceptions.ts';
export { isPrimitive, SchemaType, type NumberType } from './data/schema-type.ts';
export { isSchema, Schema, type Field, type SchemaAttributes } from './data/schema.ts';
export { SchemaBuilder } from './data/schema-builder.ts';
export { Struct } from './data/struct.ts';
export { isStruct } from './data/struct-brand.ts';
export { BigDecimal, isBigDecimal } from './data/big-decimal.ts';
export { isTypedNumber, TypedNumber } from './data/typed-number.ts';
export { MILLIS_PER_DAY } from './data/millis.ts';
export { isPlainObject } from './data/plain-object.ts';
export { canonicalText, valuesEqual } from './data/canonical-text.ts';
export { className, javaClassOf } from './data/class-name.ts';
export { javaText } from './data/java-text.ts';
export { schemaTypeOf } from './data/schema-type-of.ts';
export { SchemaProjector } from './data/schema-projector.ts';
export { doubleText, floatText } from './data/number-text.ts';
export { floatOfDecimal, floatOfInteger } from './data/nearest-float.ts';
export { fromTwosComplement, twosComplement } from './data/decimal-bytes.ts';
export { ConnectDate, ConnectTime, ConnectTimestamp } from './data/connect-dates.ts';
export { ConnectDecimal } from './data/connect-decimal.ts';
export { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, type LogicalType } from './data/logical-type.ts';
export { type ParseStringOptions, Values } from './values/values.ts';
export { SchemaAndValue } from './data/schema-and-value.ts';
export type { Header, RawHeader } from './record/header.ts';
export { ConnectHeaders } from './record/connect-headers.ts';
export { TopicPartition } from './record/topic-partition.ts';
export { ConnectRecord, type RecordFields } from './record/connect-record.ts';
export { SourceRecord, type SourceMap, type SourceRecordFields } from './record/source-record.ts';
export { SinkRecord, type SinkRecordFields, type TimestampType } from './record/sink-record.ts';
export { ConfigDef, type Parsed, type ParseOptions } from './config/config-def.ts';
export type {
  ConfigKey,
  ConfigKeyOptions,
  ConfigType,
  ConfigTypes,
  DefaultValue,
  Importance,
  Recommender,
  Validator,
  Width,
} from './config/config-key.ts';
export type { ClassResolver } from './config/class-resolver.ts';
export type { EmbedOptions } from './config/embedded-key.ts';
export { configTable } from './config/config-table.ts';
export { convertToString } from './config/convert-to-string.ts';
export { javaHashOrder } from './config/java-hash-order.ts';
export { parseJavaDouble, parseJavaInteger } from './config/java-number.ts';
export { parseType } from './config/parse-type.ts';
export { CaseInsensitiveValidString } from './config/validators/case-insensitive-valid-string.ts';
export { CompositeValidator } from './config/validators/composite-validator.ts';
export { LambdaValidator } from './config/validators/lambda-validator.ts';
export { ListSize } from './config/validators/list-size.ts';
export { NonEmptyListValidator } from './config/validators/non-empty-list-validator.ts';
export { NonEmptyString } from './config/validators/non-empty-string.ts';
export { NonEmptyStringWithoutControlChars } from './config/validators/non-empty-string-without-control-chars.ts';
export { NonNullValidator } from './config/validators/non-null-validator.ts';
export { Range, type RangeKind } from './config/validators/range.ts';
export { RegexValidator } from './config/validators/regex-validator.ts';
export { ValidList } from './config/validators/valid-list.ts';
export { ValidString } from './config/validators/valid-string.ts';
export type { Config, ConfigValue } from './config/config-value.ts';
export { isPassword, Password } from './config/password.ts';
export type { ConfigData, ConfigProvider } from './plugin/config-provider.ts';
export type { Configurable, PluginConfig, Properties } from './plugin/configurable.ts';
export { groupPartitions } from './plugin/group-partitions.ts';
export type { Converter, HeaderConverter } from './plugin/converter.ts';
export type { Predicate, Transformation } from './plugin/transformation.ts';
export type { Logger } from './plugin/logger.ts';
export type { Connector, ConnectorContext, SinkConnector, SourceConnector, SourceConnectorContext } from './plugin/connector.ts';
export type { OffsetStorageReader } from './plugin/offset-storage-reader.ts';
export type { RecordMetadata, SourceTask, SourceTaskContext } from './plugin/source-task.ts';
export type { ErrantRecordReporter, SinkOffsets, SinkTask, SinkTaskContext } from './plugin/sink-task.ts';
export type { Manifest, PluginEntry, PluginKind } from './plugin/manifest.ts';
