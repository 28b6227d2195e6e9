import { Range, ValidString } from '@millrace/api';
import { deleteStrategyName, writeModelName } from './class-keys.ts';
import { keyGroup } from './key-group.ts';

const STRATEGIES = 'com.mongodb.kafka.connect.sink.writemodel.strategy';

/** How documents are written, and what happens to those that cannot be. */
export const writeKeys = keyGroup('Writes and errors', {
  'writemodel.strategy': {
    type: 'string',
    default: `${STRATEGIES}.DefaultWriteModelStrategy`,
    validator: writeModelName,
    importance: 'low',
    doc: 'Class that makes a write of a document.',
  },
  'delete.on.null.values': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether a record without a value deletes a document.',
  },
  'delete.writemodel.strategy': {
    type: 'string',
    default: `${STRATEGIES}.DeleteOneDefaultStrategy`,
    validator: deleteStrategyName,
    importance: 'low',
    doc: 'Class that makes the delete of such a record.',
  },
  'mongo.tombstone.mode': {
    type: 'string',
    default: '',
    validator: ValidString.in('', 'fail', 'ignore', 'delete'),
    importance: 'low',
    doc: 'Ours. What a record without a value is: an error (`fail`), nothing (`ignore`) or a `delete`. Empty for `fail`, or `delete` with `delete.on.null.values`.',
  },
  'max.batch.size': {
    type: 'int',
    default: 0,
    validator: Range.atLeast(0),
    importance: 'medium',
    doc: 'Most writes of a batch; 0 for 1000.',
  },
  'bulk.write.ordered': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Whether the writes of a batch are done in their order, one by one.',
  },
  'mongo.ordered.skip.mode': {
    type: 'string',
    default: 'resume',
    validator: ValidString.in('resume', 'report'),
    importance: 'low',
    doc: 'Ours. What becomes of the writes behind a refused one of an ordered batch: they are written (`resume`), or reported as WriteSkippedException and never written (`report`), as by the original.',
  },
  'mongo.ignore.duplicate.key': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Ours. Whether an insert that the server refuses as a duplicate (11000) counts as written.',
  },
  'rate.limiting.timeout': {
    type: 'int',
    default: 0,
    validator: Range.atLeast(0),
    importance: 'low',
    doc: 'Pause, in milliseconds, after every `rate.limiting.every.n` batches of a topic.',
  },
  'rate.limiting.every.n': {
    type: 'int',
    default: 0,
    validator: Range.atLeast(0),
    importance: 'low',
    doc: 'Batches between two pauses; 0 for no pauses.',
  },
  'errors.tolerance': {
    type: 'string',
    default: 'none',
    validator: ValidString.in('none', 'data', 'all'),
    importance: 'medium',
    doc: 'Whether records that cannot be written are reported and skipped (`data`, `all`) or fail the task (`none`).',
  },
  'mongo.errors.tolerance': {
    type: 'string',
    default: '',
    validator: ValidString.in('', 'none', 'data', 'all'),
    importance: 'medium',
    doc: 'The same, and wins when it is set.',
  },
  'errors.log.enable': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether tolerated errors are logged.',
  },
  'mongo.errors.log.enable': {
    type: 'string',
    default: '',
    validator: ValidString.in('', 'true', 'false'),
    importance: 'medium',
    doc: 'The same, and wins when it is set.',
  },
} as const);
