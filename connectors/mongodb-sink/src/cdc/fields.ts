import { DataException } from '@millrace/api';
import { type Doc, isDoc } from '../document/document.ts';

/** A document at a field. @throws DataException that names the field when there is none */
export function documentAt(doc: Doc, field: string): Doc {
  const value = doc.get(field);
  if (!isDoc(value)) throw new DataException(`Error: ${field} field is missing or is not a document: ${String(value)}`);
  return value;
}

/** A text at a field. @throws DataException that names the field when there is none */
export function textAt(doc: Doc, field: string): string {
  const value = doc.get(field);
  if (typeof value !== 'string') throw new DataException(`Error: ${field} field is missing or is not a string: ${String(value)}`);
  return value;
}

/** The key document. @throws DataException when the record has none */
export function keyOf(key: Doc | null): Doc {
  if (key === null) throw new DataException('Error: key document must not be missing for CDC mode');
  return key;
}
