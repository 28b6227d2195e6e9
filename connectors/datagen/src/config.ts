import {
  ConfigDef,
  ConfigException,
  LambdaValidator,
  NonEmptyString,
  Range,
  ValidString,
  type Parsed,
  type Recommender,
} from '@millrace/api';
import type { Generator } from './generator.ts';
import { generatorNames, generatorOf } from './generators.ts';

const DATA = 'Data';
const VOLUME = 'Volume';
const REPRODUCIBILITY = 'Reproducibility';

/** Suggests the fields of the chosen quickstart, and refuses what is none of them. */
const keyFieldRecommender: Recommender = {
  validValues(_name, { quickstart, 'key.field': field }) {
    const generator = generatorOf(quickstart);
    if (generator === null) return [];
    if (typeof field === 'string') keyIndexOf(generator, field);
    return fieldNames(generator);
  },
  visible: () => true,
};

/** The keys of the connector. */
export const CONFIG = new ConfigDef()
  .define('topic', {
    type: 'string',
    validator: new NonEmptyString(),
    importance: 'high',
    doc: 'Topic that the records are written to.',
    group: DATA,
    orderInGroup: 1,
    width: 'medium',
    displayName: 'Topic',
  })
  .define('quickstart', {
    type: 'string',
    default: 'items',
    validator: ValidString.in(...generatorNames),
    importance: 'high',
    doc: 'What is made up: `items`, sales and restocks in stores, or `orders`, orders of customers with a nested address.',
    group: DATA,
    orderInGroup: 2,
    width: 'short',
    displayName: 'Kind of records',
    dependents: ['key.field'],
    recommender: { validValues: () => generatorNames, visible: () => true },
  })
  .define('value.format', {
    type: 'string',
    default: 'schema',
    validator: ValidString.in('schema', 'map'),
    importance: 'medium',
    doc: 'Form of the values: `schema`, structs with a schema, or `map`, maps without one.',
    group: DATA,
    orderInGroup: 3,
    width: 'short',
    displayName: 'Form of the values',
    recommender: { validValues: () => ['schema', 'map'], visible: () => true },
  })
  .define('key.field', {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Field whose value is also the record key. Default: `storeName` of items, `customerID` of orders. Empty: no key.',
    group: DATA,
    orderInGroup: 4,
    width: 'medium',
    displayName: 'Key field',
    recommender: keyFieldRecommender,
  })
  .define('rate', {
    type: 'double',
    default: 10,
    validator: Range.atLeast(0, 'double'),
    importance: 'high',
    doc: 'Records a second that each task sends; fractions are fine. 0 is as fast as possible.',
    group: VOLUME,
    orderInGroup: 1,
    width: 'short',
    displayName: 'Records a second',
  })
  .define('count', {
    type: 'long',
    default: -1,
    validator: Range.atLeast(-1),
    importance: 'high',
    doc: 'Records after which each task is done, counted over all restarts; it then stays RUNNING and idle. -1 is without end.',
    group: VOLUME,
    orderInGroup: 2,
    width: 'short',
    displayName: 'Records a task',
  })
  .define('batch.size', {
    type: 'int',
    default: 1000,
    validator: Range.atLeast(1),
    importance: 'low',
    doc: 'Most records that a task hands over at a time.',
    group: VOLUME,
    orderInGroup: 3,
    width: 'short',
    displayName: 'Batch size',
  })
  .define('seed', {
    type: 'long',
    default: 1,
    importance: 'medium',
    doc: 'Start of the pseudo-random numbers: the same seed gives the same records. Each task derives numbers of its own from it.',
    group: REPRODUCIBILITY,
    orderInGroup: 1,
    width: 'medium',
    displayName: 'Seed',
  })
  .define('start.time', {
    type: 'string',
    default: null,
    validator: LambdaValidator.with(
      (_name, value) => void startTimeMs(value),
      () => 'ISO 8601 with zone, or ms since the epoch',
    ),
    importance: 'medium',
    doc:
      'Time of the first record, such as `2026-01-01T00:00:00Z`; each further one is 1/`rate` seconds later (1 ms without a rate), so that the ' +
      'timestamps are reproducible too. Default: the time of the clock.',
    group: REPRODUCIBILITY,
    orderInGroup: 2,
    width: 'medium',
    displayName: 'Start time',
  });

export type DatagenConfig = Parsed<typeof CONFIG>;

const isoTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since the epoch; null when none is set. @throws ConfigException if the text is no time. */
export function startTimeMs(text: unknown): number | null {
  if (text === null) return null;
  if (typeof text === 'string') {
    const ms = /^\d{1,15}$/.test(text) ? Number(text) : isoTime.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(ms)) return ms;
  }
  throw ConfigException.invalidValue('start.time', text, 'Must be a time such as 2026-01-01T00:00:00Z, or milliseconds since the epoch', {
    suggestion: 'Write date, time and zone, for instance 2026-01-01T09:30:00+01:00.',
  });
}

/** Index of the field that is the record key; -1 for no key. @throws ConfigException if the records have no such field. */
export function keyIndexOf(generator: Generator, field: string | null): number {
  if (field === '') return -1;
  const found = generator.schema.field(field ?? generator.keyField);
  if (found !== null) return found.index;
  throw ConfigException.invalidValue('key.field', field, `String must be one of: ${fieldNames(generator).join(', ')}`);
}

function fieldNames(generator: Generator): string[] {
  return generator.schema.fields.map(({ name }) => name);
}
