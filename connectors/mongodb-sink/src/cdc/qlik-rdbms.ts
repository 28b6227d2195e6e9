import { canonicalText, DataException } from '@millrace/api';
import { ObjectId } from 'mongodb';
import { type Doc, isDoc, lookUp } from '../document/document.ts';
import { asDocument, deleteOne, replaceOne, updateOne, type WriteModel } from '../write-models/write-model.ts';
import type { CdcHandler } from './cdc-handler.ts';

const OPERATION_PATHS = ['message.headers.operation', 'message.headers_operation', 'headers.operation', 'message.operation'];

/** Events of Qlik Replicate for relational databases. */
export const qlikRdbmsHandler: CdcHandler = ({ key, value }) => {
  if (value === null || value.size === 0) return null;
  const operation = OPERATION_PATHS.map((path) => lookUp(value, path)).find((found) => typeof found === 'string');
  if (typeof operation !== 'string') throw new DataException(`Error: no operation at any of ${OPERATION_PATHS.join(', ')}`);
  const keyDoc = key ?? new Map<string, unknown>();
  switch (operation) {
    case 'INSERT':
    case 'REFRESH':
    case 'READ':
      return upsert(keyDoc, part(value, 'data'));
    case 'UPDATE':
      return update(keyDoc, part(value, 'data'), optionalPart(value, 'beforeData'));
    case 'DELETE':
      return deleteOne(deleteFilter(keyDoc, value));
    default:
      throw new DataException(`Error: operation ${operation} is unknown; it is one of INSERT, REFRESH, READ, UPDATE, DELETE`);
  }
};

function optionalPart(value: Doc, name: string): Doc | null {
  const message = value.get('message');
  const found = isDoc(message) ? message.get(name) : value.get(name);
  return isDoc(found) ? found : null;
}

function part(value: Doc, name: string): Doc {
  return optionalPart(value, name) ?? fail(name);
}

function fail(name: string): never {
  throw new DataException(`Error: ${name} field is missing or is not a document`);
}

function upsert(key: Doc, data: Doc): WriteModel {
  const doc: Doc = new Map([['_id', key.size > 0 ? key : new ObjectId()]]);
  for (const [name, column] of data) if (!key.has(name)) doc.set(name, column);
  return replaceOne(new Map([['_id', doc.get('_id')]]), doc);
}

function update(key: Doc, data: Doc, before: Doc | null): WriteModel | null {
  const changed: Doc = new Map();
  for (const [name, column] of data) {
    const isSame = before?.has(name) === true && canonicalText(before.get(name)) === canonicalText(column);
    if (!isSame && !key.has(name)) changed.set(name, column);
  }
  if (changed.size === 0) return null;
  const filter = key.size > 0 ? new Map([['_id', key]]) : (before ?? fail('beforeData'));
  return updateOne(filter, { $set: asDocument(changed) });
}

function deleteFilter(key: Doc, value: Doc): Doc {
  if (key.size > 0) return new Map([['_id', key]]);
  return optionalPart(value, 'beforeData') ?? part(value, 'data');
}
