import { DataException, javaText } from '@millrace/api';
import type { Document } from 'mongodb';
import { type Doc, isDoc } from '../document/document.ts';
import { asDocument, deleteOne, replaceOne, updateOne, type WriteModel } from '../write-models/write-model.ts';
import type { CdcHandler } from './cdc-handler.ts';
import { documentAt, textAt } from './fields.ts';

const DESCRIBED = new Set(['updatedFields', 'removedFields', 'truncatedArrays', 'disambiguatedPaths']);

/** Events of MongoDB's own change streams. Events that change no document, such as `drop`, are skipped. */
export const changeStreamHandler: CdcHandler = ({ value }) => {
  if (value === null || value.size === 0) return null;
  const operation = textAt(value, 'operationType');
  switch (operation) {
    case 'insert':
    case 'replace':
      return replaceOne(documentAt(value, 'documentKey'), documentAt(value, 'fullDocument'));
    case 'update':
      return update(value);
    case 'delete':
      return deleteOne(documentAt(value, 'documentKey'));
    default:
      return null;
  }
};

function update(value: Doc): WriteModel | null {
  const key = documentAt(value, 'documentKey');
  const full = value.get('fullDocument');
  if (isDoc(full)) return replaceOne(key, full, false);
  const description = documentAt(value, 'updateDescription');
  for (const name of description.keys()) {
    if (!DESCRIBED.has(name)) throw new DataException(`Warning unexpected field(s) in updateDescription: ${name}`);
  }
  const stages = changes(description);
  // A pipeline and not `$set`, since an array that became shorter can only be cut by an expression.
  return stages.length === 0 ? null : updateWith(key, stages, description);
}

function updateWith(key: Doc, stages: Document[], description: Doc): WriteModel {
  if (listAt(description, 'truncatedArrays').length > 0) return updateOne(key, stages, false);
  const update: Document = {};
  const updated = description.get('updatedFields');
  const removed = listAt(description, 'removedFields');
  if (isDoc(updated) && updated.size > 0) update['$set'] = asDocument(updated);
  if (removed.length > 0) update['$unset'] = asDocument(new Map(removed.map((name) => [String(name), ''])));
  return updateOne(key, update, false);
}

/** The stages that repeat the change: arrays are cut first, then fields set and removed, as the server does it. */
function changes(description: Doc): Document[] {
  const stages: Document[] = [];
  for (const cut of listAt(description, 'truncatedArrays')) {
    if (!isDoc(cut)) throw new DataException(`Expected truncatedArrays to hold documents, found: ${String(cut)}`);
    const field = textAt(cut, 'field');
    demandPlainPath(field);
    stages.push({ $set: { [field]: { $slice: [`$${field}`, Number(cut.get('newSize'))] } } });
  }
  const updated = description.get('updatedFields');
  if (isDoc(updated)) for (const [path, item] of updated) stages.push({ $set: { [path]: { $literal: item } } });
  for (const path of listAt(description, 'removedFields')) stages.push({ $unset: String(path) });
  if (listAt(description, 'truncatedArrays').length > 0) {
    for (const path of [...(isDoc(updated) ? updated.keys() : []), ...listAt(description, 'removedFields')]) demandPlainPath(String(path));
  }
  return stages;
}

/** An expression cannot address an item of an array, so such a change cannot be repeated without the whole document. */
function demandPlainPath(path: string): void {
  if (!path.split('.').some((name) => /^\d+$/.test(name))) return;
  throw new DataException(
    `The change of ${path} comes with a truncated array and cannot be repeated from its description: let the source send fullDocument (change.stream.full.document=updateLookup)`,
  );
}

function listAt(description: Doc, name: string): readonly unknown[] {
  const value = description.get(name);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new DataException(`Unexpected ${name} field type, expected an array but found: ${javaText(value, null)}`);
  }
  return value;
}
