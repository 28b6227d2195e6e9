import { DataException } from '@millrace/api';
import type { RecordDocuments } from '../convert/record-documents.ts';
import type { Doc } from '../document/document.ts';
import { isDoc } from '../document/document.ts';
import type { IdStrategy } from '../id/id-strategy.ts';
import { flatten } from './flatten.ts';
import { deleteOne, type WriteModel } from './write-model.ts';

/** The strategy that deletes, by its simple name. */
export function deleteStrategy(name: string, id: IdStrategy): (docs: RecordDocuments) => WriteModel {
  if (name === 'DeleteOneTombstoneBusinessKeyStrategy') {
    return (docs) => {
      const projected = id.of(docs);
      if (docs.key === null || !isDoc(projected)) throw missingKey();
      return deleteOne(flatten(projected));
    };
  }
  return (docs) => {
    const { key } = docs;
    if (key === null) throw missingKey();
    return deleteOne(id.isOfKey ? new Map([['_id', id.of(docs)]]) : keyFilter(key));
  };
}

function keyFilter(key: Doc): Doc {
  return key.has('_id') ? key : new Map([['_id', key]]);
}

function missingKey(): DataException {
  return new DataException('Could not build the WriteModel to delete a document: the key document was missing unexpectedly');
}
