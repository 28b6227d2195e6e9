import { DataException, javaText } from '@millrace/api';
import { simpleName } from '../config/class-keys.ts';
import type { Keys } from '../config/definition.ts';
import type { RecordDocuments } from '../convert/record-documents.ts';
import { lookUp } from '../document/document.ts';

/** Where a document goes. */
export interface Namespace {
  readonly database: string;
  readonly collection: string;
}

/** Chooses the namespace of a record. @throws DataException if the record names none and has to */
export type NamespaceMapper = (docs: RecordDocuments) => Namespace;

type Find = (docs: RecordDocuments) => string | null;

/** The mapper of a topic. */
export function namespaceMapper(keys: Keys, topic: string): NamespaceMapper {
  const fixed: Namespace = { database: keys.database, collection: keys.collection === '' ? topic : keys.collection };
  if (simpleName(keys['namespace.mapper']) !== 'FieldPathNamespaceMapper') return () => fixed;
  const database = finder(keys, 'database');
  const collection = finder(keys, 'collection');
  return (docs) => ({ database: database(docs) ?? fixed.database, collection: collection(docs) ?? fixed.collection });
}

function finder(keys: Keys, target: 'database' | 'collection'): Find {
  const inKey = keys[`namespace.mapper.key.${target}.field`];
  const inValue = keys[`namespace.mapper.value.${target}.field`];
  const half = inKey === '' ? 'value' : 'key';
  const path = inKey === '' ? inValue : inKey;
  if (path === '') return () => null;
  const isStrict = keys['namespace.mapper.error.if.invalid'];
  return (docs) => {
    const doc = docs[half];
    const name = doc === null ? undefined : lookUp(doc, path);
    if (typeof name === 'string') return name;
    if (!isStrict) return null;
    throw new DataException(
      name === undefined
        ? `Missing document path '${path}' in the ${half} document, which names the ${target}`
        : `Invalid type for the ${target} at '${path}' of the ${half} document: it must be a string, got ${javaText(name, null)}`,
    );
  };
}
