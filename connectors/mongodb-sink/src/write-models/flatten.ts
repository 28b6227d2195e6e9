import { type Doc, isDoc } from '../document/document.ts';

/** A filter on fields inside of documents, by dotted paths: `{a: {b: 1}}` becomes `{"a.b": 1}`. An empty document stays. */
export function flatten(doc: Doc): Doc {
  const flat: Doc = new Map();
  addTo(flat, doc, '');
  return flat;
}

function addTo(flat: Doc, doc: Doc, prefix: string): void {
  for (const [name, value] of doc) {
    if (isDoc(value) && value.size > 0) addTo(flat, value, `${prefix}${name}.`);
    else flat.set(prefix + name, value);
  }
}
