import { DataException } from '@millrace/api';
import { ObjectId } from 'mongodb';
import { type Doc, isDoc } from '../document/document.ts';
import { deleteOne, replaceOne, type WriteModel } from '../write-models/write-model.ts';
import type { CdcHandler } from './cdc-handler.ts';
import { documentAt, textAt } from './fields.ts';

/** Events of Debezium's connectors for relational databases: the columns of the primary key are the `_id`. */
export const debeziumRdbmsHandler: CdcHandler = ({ key, value }) => {
  if (value === null || value.size === 0) return null;
  if (!value.has('op') && value.has('ddl')) return null;
  const operation = textAt(value, 'op');
  switch (operation) {
    case 'c':
    case 'r':
    case 'u':
      return upsert(key ?? new Map(), value, operation);
    case 'd':
      return deleteOne(filterOf(key ?? new Map(), value, operation));
    default:
      throw new DataException(`Error: operation ${operation} is unknown; it is one of c, r, u, d`);
  }
};

function upsert(key: Doc, value: Doc, operation: string): WriteModel {
  const after = documentAt(value, 'after');
  const filter = filterOf(key, value, operation);
  const doc: Doc = new Map();
  if (filter.has('_id')) doc.set('_id', filter.get('_id'));
  for (const [name, column] of after) if (!key.has(name)) doc.set(name, column);
  return replaceOne(filter, doc);
}

/** Without a primary key a new row gets an id of its own, and an old one is found by what it was. */
function filterOf(key: Doc, value: Doc, operation: string): Doc {
  if (key.size > 0) return new Map([['_id', primaryKey(key, value, operation)]]);
  if (operation === 'c' || operation === 'r') return new Map([['_id', new ObjectId()]]);
  const before = documentAt(value, 'before');
  if (before.size === 0) throw new DataException('Error: the row before the change has no fields, so it cannot be found');
  return before;
}

function primaryKey(key: Doc, value: Doc, operation: string): Doc {
  const row = value.get(operation === 'd' ? 'before' : 'after');
  const id: Doc = new Map();
  for (const [name, column] of key) {
    if (isDoc(row) && !row.has(name) && operation !== 'd') {
      throw new DataException(`Error: the column ${name} of the primary key is not in the row`);
    }
    id.set(name, column);
  }
  return id;
}
