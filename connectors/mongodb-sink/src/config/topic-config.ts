import { DataException, type Properties } from '@millrace/api';
import { makeCdcHandler } from '../cdc/make-cdc-handler.ts';
import type { RecordDocuments } from '../convert/record-documents.ts';
import { idStrategy } from '../id/id-strategy.ts';
import { type NamespaceMapper, namespaceMapper } from '../namespace/namespace-mapper.ts';
import { makePostProcessors } from '../post-processors/make-post-processors.ts';
import { deleteStrategy } from '../write-models/delete-strategy.ts';
import type { WriteModel } from '../write-models/write-model.ts';
import { writeStrategy } from '../write-models/write-strategy.ts';
import { simpleName } from './class-keys.ts';
import { CONFIG, type Keys } from './definition.ts';
import { withOverrides } from './topic-overrides.ts';

/** Most writes of a batch when `max.batch.size` says nothing. */
const BATCH = 1000;

/** What is done with the records of one topic, compiled once. */
export interface TopicConfig {
  readonly topic: string;
  readonly keys: Keys;
  readonly namespace: NamespaceMapper;
  /** The write of a record; null when it changes nothing. @throws DataException if there is none */
  readonly model: (docs: RecordDocuments) => WriteModel | null;
  readonly maxBatchSize: number;
  readonly tolerance: 'none' | 'data' | 'all';
  readonly logsErrors: boolean;
  /** Whether ids that are made here are random, so that a duplicate of one after a lost answer can only be our own document. */
  readonly hasRandomIds: boolean;
}

/** Compiles the configuration of a topic with its overrides. @throws ConfigException if it is invalid */
export function topicConfig(props: Properties, topic: string): TopicConfig {
  const keys = CONFIG.parse(withOverrides(props, topic));
  const logs = keys['mongo.errors.log.enable'];
  return {
    topic,
    keys,
    namespace: namespaceMapper(keys, topic),
    model: modelMaker(keys),
    maxBatchSize: keys['max.batch.size'] || BATCH,
    tolerance: (keys['mongo.errors.tolerance'] || keys['errors.tolerance']) as TopicConfig['tolerance'],
    logsErrors: logs === '' ? keys['errors.log.enable'] : logs === 'true',
    hasRandomIds: !idStrategy(keys).isDeterministic && keys['change.data.capture.handler'] === '',
  };
}

function modelMaker(keys: Keys): TopicConfig['model'] {
  const cdc = makeCdcHandler(keys['change.data.capture.handler'], keys['change.data.capture.handler.remove.null.values']);
  if (cdc !== null) return cdc;
  const id = idStrategy(keys);
  const chain = makePostProcessors(keys, id);
  const write = writeStrategy(keys, id);
  const remove = deleteStrategy(simpleName(keys['delete.writemodel.strategy']), id);
  const tombstones = keys['mongo.tombstone.mode'] || (keys['delete.on.null.values'] ? 'delete' : 'fail');
  return (docs) => {
    if (!docs.hasKey && !docs.hasValue) {
      if (tombstones === 'ignore') return null;
      throw new DataException('Invalid Sink Record neither key doc nor value doc were present');
    }
    if (docs.hasValue) {
      for (const process of chain) process(docs);
      return write(docs);
    }
    if (tombstones === 'ignore') return null;
    if (tombstones === 'delete') return remove(docs);
    throw new DataException(
      'Could not create write model: the record has no value; set delete.on.null.values=true to delete its document, or mongo.tombstone.mode=ignore',
    );
  };
}
