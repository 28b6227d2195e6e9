import { Range, ValidString } from '@millrace/api';
import { keyGroup } from './key-group.ts';

/** Time series collections. */
export const timeSeriesKeys = keyGroup('Time series', {
  'timeseries.timefield': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Field with the time of a document. When it is set, the collection is made as a time series if there is none.',
  },
  'timeseries.metafield': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Field with what belongs together in a time series.',
  },
  'timeseries.expire.after.seconds': {
    type: 'long',
    default: 0,
    validator: Range.atLeast(0),
    importance: 'low',
    doc: 'Seconds after which documents are removed; 0 for never.',
  },
  'timeseries.granularity': {
    type: 'string',
    default: '',
    validator: ValidString.in('', 'seconds', 'minutes', 'hours'),
    importance: 'low',
    doc: 'How far apart the times of a series are.',
  },
  'timeseries.timefield.auto.convert': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether a number (milliseconds) or an ISO-8601 text in the time field becomes a date; what cannot be read stays as it is.',
  },
  'timeseries.timefield.auto.convert.date.format': {
    type: 'string',
    default: "yyyy-MM-dd[['T'][ ]][HH:mm:ss[[.][SSSSSS][SSS]][ ]VV[ ]'['VV']'][HH:mm:ss[[.][SSSSSS][SSS]][ ]X][HH:mm:ss[[.][SSSSSS][SSS]]]",
    validator: ValidString.in(
      "yyyy-MM-dd[['T'][ ]][HH:mm:ss[[.][SSSSSS][SSS]][ ]VV[ ]'['VV']'][HH:mm:ss[[.][SSSSSS][SSS]][ ]X][HH:mm:ss[[.][SSSSSS][SSS]]]",
    ),
    importance: 'low',
    doc: 'Form of such texts. Only the default is supported: other forms want a TimestampConverter (`transforms`).',
  },
  'timeseries.timefield.auto.convert.locale.language.tag': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Language of such texts. Ignored, since the default form has no words.',
  },
} as const);
