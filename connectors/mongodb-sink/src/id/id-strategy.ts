import { DataException } from '@millrace/api';
import { Binary, ObjectId, UUID } from 'mongodb';
import { simpleName } from '../config/class-keys.ts';
import type { Keys } from '../config/definition.ts';
import type { RecordDocuments } from '../convert/record-documents.ts';
import { copyDoc } from '../document/document.ts';
import { type Projection, projection, projectionType } from '../post-processors/projection.ts';

/** Makes the `_id` of documents, as `com.mongodb.kafka.connect.sink.processor.id.strategy.IdStrategy`. */
export interface IdStrategy {
  readonly name: string;
  /** Whether a record has the same `_id` each time it is delivered. */
  readonly isDeterministic: boolean;
  /** Whether the `_id` comes from the key alone, so that a record without a value has it too. */
  readonly isOfKey: boolean;
  /** @throws DataException if the record has nothing to make it of */
  of(docs: RecordDocuments): unknown;
}

type Make = (docs: RecordDocuments) => unknown;

/** The strategy that a topic's configuration names. */
export function idStrategy(keys: Keys): IdStrategy {
  const name = simpleName(keys['document.id.strategy']);
  return {
    name,
    isDeterministic: name !== 'BsonOidStrategy' && name !== 'UuidStrategy',
    isOfKey: name.includes('Key'),
    of: maker(name, keys),
  };
}

function maker(name: string, keys: Keys): Make {
  switch (name) {
    case 'KafkaMetaDataStrategy':
      return ({ record }) => `${record.topic}#${record.kafkaPartition}#${record.kafkaOffset}`;
    case 'FullKeyStrategy':
      return (docs) => (docs.key === null ? new Map() : copyDoc(docs.key));
    case 'ProvidedInKeyStrategy':
      return (docs) => provided(docs, 'key');
    case 'ProvidedInValueStrategy':
      return (docs) => provided(docs, 'value');
    case 'PartialKeyStrategy':
      return partial('key', partialProjection('key', keys));
    case 'PartialValueStrategy':
      return partial('value', partialProjection('value', keys));
    case 'UuidStrategy':
      return keys['document.id.strategy.uuid.format'].toLowerCase() === 'binary'
        ? () => new UUID().toBinary()
        : () => new UUID().toHexString();
    case 'UuidProvidedInKeyStrategy':
      return (docs) => uuidOf(provided(docs, 'key'));
    case 'UuidProvidedInValueStrategy':
      return (docs) => uuidOf(provided(docs, 'value'));
    default:
      return () => new ObjectId();
  }
}

function provided(docs: RecordDocuments, half: 'key' | 'value'): unknown {
  const id = docs[half]?.get('_id');
  if (id === undefined) {
    throw new DataException(
      `Provided id strategy is used but the document structure either contained no _id field or it was null: the ${half} has none`,
    );
  }
  if (id === null) {
    throw new DataException(`Provided id strategy used but the _id field of the ${half} is null`);
  }
  return id;
}

function partial(half: 'key' | 'value', project: Projection): Make {
  return (docs) => {
    const doc = docs[half];
    if (doc === null) return new Map();
    const copy = copyDoc(doc);
    project(copy);
    return copy;
  };
}

/** The projection of a Partial strategy: its own keys, else those of the projectors. */
function partialProjection(half: 'key' | 'value', keys: Keys): Projection {
  const type = keys[`document.id.strategy.partial.${half}.projection.type`] || keys[`${half}.projection.type`];
  const list = keys[`document.id.strategy.partial.${half}.projection.list`] || keys[`${half}.projection.list`];
  return projection(projectionType(type), list);
}

function uuidOf(id: unknown): Binary {
  if (id instanceof Binary && (id.sub_type === Binary.SUBTYPE_UUID || id.sub_type === Binary.SUBTYPE_UUID_OLD)) return id;
  if (typeof id === 'string' && /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/i.test(id)) {
    return new UUID(id.replaceAll('-', '')).toBinary();
  }
  throw new DataException(`UUID cannot be parsed from the _id ${String(id)}: it must be 36 or 32 characters, or binary`);
}
