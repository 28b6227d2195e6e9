import type { IdStrategy } from '../id/id-strategy.ts';
import type { PostProcessor } from './post-processor.ts';

/** Gives the document its `_id`: when it has none, or always. */
export function addId(id: IdStrategy, overwrites: boolean): PostProcessor {
  return (docs) => {
    const { value } = docs;
    if (value === null || (value.has('_id') && !overwrites)) return;
    value.set('_id', id.of(docs));
  };
}
