import type { TopicPartition } from '../record/topic-partition.ts';
import type { Schema } from './schema.ts';

/** Version of the in-memory contract: schemas, brands and records of one major version may meet in one process. */
const major = 1;

interface SharedState {
  readonly major: number;
  /** Every live schema by its canonical text. */
  readonly schemas: Map<string, WeakRef<Schema>>;
  readonly collected: FinalizationRegistry<string>;
  nextSchemaId: number;
  /** Topic partitions by topic, at the index of their number. */
  readonly topicPartitions: Map<string, TopicPartition[]>;
}

const key = Symbol.for('millrace.api');

/**
 * State that all copies of this package in a process share, so that a connector that brings its own copy
 * still gets schemas that are `===` to those of the runtime.
 *
 * @throws Error if a copy of another major version was loaded before.
 */
export const shared: SharedState = loadSharedState();

function loadSharedState(): SharedState {
  const holder = globalThis as { [key]?: SharedState };
  const existing = holder[key];
  if (existing !== undefined) {
    if (existing.major !== major) {
      throw new Error(
        `@millrace/api: major version ${major} cannot run beside major version ${existing.major}, which this process loaded first; ` +
          `install a connector that was built for @millrace/api ${existing.major}`,
      );
    }
    return existing;
  }
  const schemas = new Map<string, WeakRef<Schema>>();
  const state: SharedState = {
    major,
    schemas,
    collected: new FinalizationRegistry((text) => {
      if (schemas.get(text)?.deref() === undefined) schemas.delete(text);
    }),
    nextSchemaId: 1,
    topicPartitions: new Map(),
  };
  holder[key] = state;
  return state;
}
