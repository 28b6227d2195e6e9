import { DataException } from '@millrace/api';
import { simpleName } from '../config/class-keys.ts';
import type { Keys } from '../config/definition.ts';
import type { RecordDocuments } from '../convert/record-documents.ts';
import { type Doc, isDoc } from '../document/document.ts';
import type { IdStrategy } from '../id/id-strategy.ts';
import { flatten } from './flatten.ts';
import { asDocument, deleteOne, insertOne, replaceOne, updateOne, type WriteModel } from './write-model.ts';
import { deleteStrategy } from './delete-strategy.ts';

/** Makes the write of a record, as `com.mongodb.kafka.connect.sink.writemodel.strategy.WriteModelStrategy`. */
export type WriteStrategy = (docs: RecordDocuments) => WriteModel;

const MODIFIED = '_modifiedTS';
const INSERTED = '_insertedTS';

/** The strategy that `writemodel.strategy` names. */
export function writeStrategy(keys: Keys, id: IdStrategy): WriteStrategy {
  const name = simpleName(keys['writemodel.strategy']);
  const isPartial = id.name.startsWith('Partial');
  switch (name === 'DefaultWriteModelStrategy' && keys['timeseries.timefield'] !== '' ? 'InsertOneDefaultStrategy' : name) {
    case 'InsertOneDefaultStrategy':
      return (docs) => insertOne(valueOf(docs, name));
    case 'ReplaceOneBusinessKeyStrategy':
      return (docs) => {
        const value = valueOf(docs, name);
        const filter = businessKey(value, name, isPartial);
        return replaceOne(filter, value);
      };
    case 'UpdateOneDefaultStrategy':
      return (docs) => {
        const value = valueOf(docs, name);
        const filter = idFilter(value, name);
        value.delete('_id');
        return updateOne(filter, { $set: asDocument(value) });
      };
    case 'UpdateOneTimestampsStrategy':
      return (docs) => {
        const value = valueOf(docs, name);
        return withTimestamps(idFilter(value, name), value);
      };
    case 'UpdateOneBusinessKeyTimestampStrategy':
      return (docs) => {
        const value = valueOf(docs, name);
        return withTimestamps(businessKey(value, name, isPartial), value);
      };
    case 'DeleteOneDefaultStrategy':
      return deleteStrategy('DeleteOneDefaultStrategy', id);
    case 'DeleteOneBusinessKeyStrategy':
      return (docs) => deleteOne(businessKey(valueOf(docs, name), name, isPartial));
    default:
      return (docs) => {
        const value = valueOf(docs, name);
        return replaceOne(idFilter(value, name), value);
      };
  }
}

function valueOf(docs: RecordDocuments, strategy: string): Doc {
  const { value } = docs;
  if (value === null) throw new DataException(`Could not build the WriteModel of ${strategy}: the value document was missing unexpectedly`);
  return value;
}

function idFilter(value: Doc, strategy: string): Doc {
  if (!value.has('_id')) {
    throw new DataException(`Could not build the WriteModel of ${strategy}: the document has no _id, because a post processor removed it`);
  }
  return new Map([['_id', value.get('_id')]]);
}

function businessKey(value: Doc, strategy: string, isPartial: boolean): Doc {
  const key = value.get('_id');
  if (!isDoc(key)) {
    throw new DataException(
      `Could not build the WriteModel of ${strategy}: the _id field does not contain a document. If you are including an existing _id value in the business key then ensure document.id.strategy.overwrite.existing=true`,
    );
  }
  value.delete('_id');
  return isPartial ? flatten(key) : key;
}

function withTimestamps(filter: Doc, value: Doc): WriteModel {
  const now = new Date();
  value.set(MODIFIED, now);
  return updateOne(filter, { $set: asDocument(value), $setOnInsert: { [INSERTED]: now } });
}
