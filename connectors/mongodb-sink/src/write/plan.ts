import type { SinkRecord } from '@millrace/api';
import type { TopicConfig } from '../config/topic-config.ts';
import { RecordDocuments } from '../convert/record-documents.ts';
import type { Namespace } from '../namespace/namespace-mapper.ts';
import type { WriteModel } from '../write-models/write-model.ts';

/** A record with its write. */
export interface Planned {
  readonly record: SinkRecord;
  readonly model: WriteModel;
  /** Whether its `_id` was made here and is random. */
  readonly hasRandomId: boolean;
}

/** Writes of one namespace that go to the server together, and of which some may have been done. */
export interface Chunk {
  readonly config: TopicConfig;
  readonly namespace: Namespace;
  /** What is still to be written. */
  items: Planned[];
  /** Whether an answer of the server's was lost, so that writes may have been done that are done again. */
  isUncertain: boolean;
}

/** A record that no write could be made of. */
export interface Refused {
  readonly record: SinkRecord;
  readonly config: TopicConfig;
  readonly error: unknown;
}

/** What a put has to do, in the order of its records. */
export interface Plan {
  readonly chunks: Chunk[];
  readonly refused: Refused[];
}

/** Makes the writes of records. A record that there is none of is in `refused`, with the reason. */
export function planWrites(records: readonly SinkRecord[], configOf: (topic: string) => TopicConfig): Plan {
  const plan: Plan = { chunks: [], refused: [] };
  for (const record of records) {
    const config = configOf(record.topic);
    try {
      const docs = new RecordDocuments(record);
      // Before the documents are changed.
      const namespace = docs.hasKey || docs.hasValue ? config.namespace(docs) : null;
      const hasRandomId = config.hasRandomIds && makesId(config, docs);
      const model = config.model(docs);
      if (model === null || namespace === null) continue;
      const last = plan.chunks.at(-1);
      const chunk = last !== undefined && belongs(last, config, namespace) ? last : newChunk(plan, config, namespace);
      chunk.items.push({ record, model, hasRandomId });
    } catch (error) {
      plan.refused.push({ record, config, error });
    }
  }
  return plan;
}

function makesId({ keys }: TopicConfig, docs: RecordDocuments): boolean {
  return keys['document.id.strategy.overwrite.existing'] || (docs.hasValue && docs.value?.has('_id') === false);
}

function belongs(chunk: Chunk, config: TopicConfig, { database, collection }: Namespace): boolean {
  return (
    chunk.config === config &&
    chunk.items.length < config.maxBatchSize &&
    chunk.namespace.database === database &&
    chunk.namespace.collection === collection
  );
}

function newChunk(plan: Plan, config: TopicConfig, namespace: Namespace): Chunk {
  const chunk: Chunk = { config, namespace, items: [], isUncertain: false };
  plan.chunks.push(chunk);
  return chunk;
}
