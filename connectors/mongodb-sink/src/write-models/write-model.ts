import type { AnyBulkWriteOperation, Document } from 'mongodb';
import type { Doc } from '../document/document.ts';

/** One write of a bulk write. Its documents are Maps, which the driver writes in their order. */
export type WriteModel = AnyBulkWriteOperation;

/** A document where the driver's types ask for an object. */
export function asDocument(doc: Doc): Document {
  return doc;
}

/** Replaces the document that the filter finds. */
export function replaceOne(filter: Doc, replacement: Doc, upsert = true): WriteModel {
  return { replaceOne: { filter: asDocument(filter), replacement: asDocument(replacement), upsert } };
}

/** Changes the document that the filter finds. @param update operators such as `$set`, each with its document */
export function updateOne(filter: Doc, update: Document, upsert = true): WriteModel {
  return { updateOne: { filter: asDocument(filter), update, upsert } };
}

export function insertOne(document: Doc): WriteModel {
  return { insertOne: { document: asDocument(document) } };
}

export function deleteOne(filter: Doc): WriteModel {
  return { deleteOne: { filter: asDocument(filter) } };
}

/** Whether the write can be done twice with the same result. */
export function isIdempotent(model: WriteModel): boolean {
  return !('insertOne' in model);
}
