import { CaseInsensitiveValidString, NonEmptyString, ValidString } from '@millrace/api';
import { idStrategyName, namespaceMapperName } from './class-keys.ts';
import { keyGroup } from './key-group.ts';

const projectionType = ValidString.in('', 'none', 'blacklist', 'whitelist', 'allowlist', 'blocklist');

/** Where documents go and what their `_id` is. */
export const mappingKeys = keyGroup('Namespace and id', {
  database: {
    type: 'string',
    validator: new NonEmptyString(),
    importance: 'high',
    doc: 'Database to write to.',
  },
  collection: {
    type: 'string',
    default: '',
    importance: 'high',
    doc: 'Collection to write to; empty for the name of the topic.',
  },
  'namespace.mapper': {
    type: 'string',
    default: 'com.mongodb.kafka.connect.sink.namespace.mapping.DefaultNamespaceMapper',
    validator: namespaceMapperName,
    importance: 'low',
    doc: 'Class that chooses database and collection of a record.',
  },
  'namespace.mapper.key.database.field': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'FieldPathNamespaceMapper: path in the key of the name of the database.',
  },
  'namespace.mapper.key.collection.field': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'FieldPathNamespaceMapper: path in the key of the name of the collection.',
  },
  'namespace.mapper.value.database.field': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'FieldPathNamespaceMapper: path in the value of the name of the database.',
  },
  'namespace.mapper.value.collection.field': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'FieldPathNamespaceMapper: path in the value of the name of the collection.',
  },
  'namespace.mapper.error.if.invalid': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether a path that leads to no text is an error of the record; else the configured name is taken.',
  },
  'document.id.strategy': {
    type: 'string',
    default: 'com.mongodb.kafka.connect.sink.processor.id.strategy.BsonOidStrategy',
    validator: idStrategyName,
    importance: 'high',
    doc: 'Class that makes the `_id` of a document. Only deterministic ones keep a redelivered record from showing twice.',
  },
  'document.id.strategy.overwrite.existing': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether an `_id` that the value has is replaced.',
  },
  'document.id.strategy.uuid.format': {
    type: 'string',
    default: 'string',
    validator: CaseInsensitiveValidString.in('string', 'binary'),
    importance: 'low',
    doc: 'Form of what UuidStrategy makes.',
  },
  'document.id.strategy.partial.key.projection.type': {
    type: 'string',
    default: '',
    validator: projectionType,
    importance: 'low',
    doc: 'PartialKeyStrategy: `allowlist` or `blocklist`; empty for `key.projection.type`.',
  },
  'document.id.strategy.partial.key.projection.list': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'PartialKeyStrategy: paths in the key, separated by commas; empty for `key.projection.list`.',
  },
  'document.id.strategy.partial.value.projection.type': {
    type: 'string',
    default: '',
    validator: projectionType,
    importance: 'low',
    doc: 'PartialValueStrategy: `allowlist` or `blocklist`; empty for `value.projection.type`.',
  },
  'document.id.strategy.partial.value.projection.list': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'PartialValueStrategy: paths in the value, separated by commas; empty for `value.projection.list`.',
  },
} as const);
