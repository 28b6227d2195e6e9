import type { ObjectFacts } from '../store/object-store.ts';

/** Which records an object holds. It goes with the object, so that another run can tell what is there without reading it. */
export interface ObjectDescription {
  readonly key: string;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly recordCount: number;
}

const startName = 'start-offset';
const endName = 'end-offset';
const countName = 'record-count';

/** Metadata of an object of which only the beginning is known. */
export function startMetadata(startOffset: number): Record<string, string> {
  return { [startName]: String(startOffset) };
}

/** Metadata of an object that is complete. */
export function fullMetadata({ startOffset, endOffset, recordCount }: ObjectDescription): Record<string, string> {
  return { ...startMetadata(startOffset), [endName]: String(endOffset), [countName]: String(recordCount) };
}

/** Tags of an object, named as Confluent's S3 sink names them. */
export function offsetTags({ startOffset, endOffset, recordCount }: ObjectDescription): Record<string, string> {
  return { startOffset: String(startOffset), endOffset: String(endOffset), recordCount: String(recordCount) };
}

/** The last offset of an object in the store, from its metadata or its tags; null where neither tells. */
export function endOffsetOf({ metadata, tags }: ObjectFacts): number | null {
  const text = metadata[endName] ?? tags.endOffset;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** Whether the object in the store is the one that was to be written. */
export function isSameObject(there: ObjectFacts, mine: ObjectDescription, size: number, crc32: number): boolean {
  if (there.size !== size) return false;
  if (there.crc32 !== null) return there.crc32 === crc32;
  const { metadata } = there;
  const expected = fullMetadata(mine);
  return [startName, endName, countName].every((name) => metadata[name] === expected[name]);
}
