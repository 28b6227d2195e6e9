import { DataException } from '@millrace/api';
import type { Doc } from '../document/document.ts';
import { parseDocument } from '../ejson/parse-ejson.ts';
import { asDocument, deleteOne, replaceOne, updateOne, type WriteModel } from '../write-models/write-model.ts';
import type { CdcHandler } from './cdc-handler.ts';
import { keyOf, textAt } from './fields.ts';

/** Events of Debezium before 1.8: an update has a `patch`. */
export const debeziumMongoDbHandler: CdcHandler = handler(patch);

/** Events of Debezium from 1.8 on: an update has the document after it. */
export const debeziumChangeStreamHandler: CdcHandler = handler((_key, value) => upsertAfter(value));

function handler(update: (key: Doc, value: Doc) => WriteModel): CdcHandler {
  return ({ key, value }) => {
    const keyDoc = keyOf(key);
    if (value === null || value.size === 0) return null;
    const operation = textAt(value, 'op');
    switch (operation) {
      case 'c':
      case 'r':
        return upsertAfter(value);
      case 'u':
        return update(keyDoc, value);
      case 'd':
        return deleteOne(idFilter(keyDoc));
      default:
        throw new DataException(`Error: operation ${operation} is unknown; it is one of c, r, u, d`);
    }
  };
}

function upsertAfter(value: Doc): WriteModel {
  const after = parseDocument(textAt(value, 'after'));
  if (!after.has('_id')) throw new DataException('Error: the document after the change has no _id');
  return replaceOne(new Map([['_id', after.get('_id')]]), after);
}

function patch(key: Doc, value: Doc): WriteModel {
  const change = parseDocument(textAt(value, 'patch'));
  change.delete('$v');
  if (change.has('_id')) return replaceOne(new Map([['_id', change.get('_id')]]), change);
  return updateOne(idFilter(key), Object.fromEntries([...change].map(([name, part]) => [name, asDocument(part as Doc)])), false);
}

/** The `_id` that the key has as JSON. */
function idFilter(key: Doc): Doc {
  return parseDocument(`{_id: ${textAt(key, 'id')}}`);
}
