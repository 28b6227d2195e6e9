import { ConfigException } from '@millrace/api';
import { DefaultPartitioner } from './default-partitioner.ts';
import { FieldPartitioner } from './field-partitioner.ts';
import type { Partitioner, TimestampExtractor } from './partitioner.ts';
import { dailyPartitioner, hourlyPartitioner, TimePartitioner } from './time-partitioner.ts';
import { RecordFieldTimestampExtractor, RecordTimestampExtractor, WallclockTimestampExtractor } from './timestamp-extractors.ts';

const GROUP = 'Partitioner';
const PACKAGE = 'io.confluent.connect.storage.partitioner.';

/** Confluent's keys of partitioners, with their defaults; a sink defines those that it offers. */
export const partitionerKeys = {
  'partitioner.class': {
    type: 'class',
    default: `${PACKAGE}DefaultPartitioner`,
    importance: 'high',
    doc: 'Which records share an object: DefaultPartitioner, FieldPartitioner, TimeBasedPartitioner, DailyPartitioner or HourlyPartitioner.',
    group: GROUP,
    orderInGroup: 1,
    width: 'long',
    displayName: 'Partitioner Class',
  },
  'partition.field.name': {
    type: 'list',
    default: '',
    importance: 'medium',
    doc: 'Fields of the value for FieldPartitioner, in the order of the directories. Dots lead into nested structs.',
    group: GROUP,
    orderInGroup: 2,
    width: 'medium',
    displayName: 'Partition Field Name',
  },
  'partition.duration.ms': {
    type: 'long',
    default: -1,
    importance: 'medium',
    doc: 'Length of a directory of TimeBasedPartitioner, in milliseconds, from 1.',
    group: GROUP,
    orderInGroup: 3,
    width: 'long',
    displayName: 'Partition Duration (ms)',
  },
  'path.format': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: "Names of the directories of TimeBasedPartitioner, as a pattern of Joda: 'year'=YYYY/'month'=MM/'day'=dd.",
    group: GROUP,
    orderInGroup: 4,
    width: 'long',
    displayName: 'Path Format',
  },
  locale: {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Language of names of months and days, such as en-US. Partitioners by time need it.',
    group: GROUP,
    orderInGroup: 5,
    width: 'medium',
    displayName: 'Locale',
  },
  timezone: {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Zone of directories by time and of scheduled rotation, such as UTC, Europe/Zurich or +02:00. Partitioners by time need it.',
    group: GROUP,
    orderInGroup: 6,
    width: 'medium',
    displayName: 'Timezone',
  },
  'timestamp.extractor': {
    type: 'string',
    default: 'Wallclock',
    importance: 'medium',
    doc: 'Where partitioners by time take the time from: Wallclock, Record or RecordField. With Wallclock no delivery is exactly once.',
    group: GROUP,
    orderInGroup: 7,
    width: 'long',
    displayName: 'Timestamp Extractor',
  },
  'timestamp.field': {
    type: 'string',
    default: 'timestamp',
    importance: 'medium',
    doc: 'Field of the value for RecordField. Dots lead into nested structs and maps.',
    group: GROUP,
    orderInGroup: 8,
    width: 'medium',
    displayName: 'Record Field for Timestamp Extractor',
  },
} as const;

/** Parsed values of {@link partitionerKeys}, and of `directory.delim`. */
export interface PartitionerConfig {
  readonly 'partitioner.class': string;
  readonly 'partition.field.name': readonly string[];
  readonly 'partition.duration.ms': number | bigint;
  readonly 'path.format': string;
  readonly locale: string;
  readonly timezone: string;
  readonly 'timestamp.extractor': string;
  readonly 'timestamp.field': string;
  readonly 'directory.delim': string;
}

/** The partitioner of a configuration. @throws ConfigException if a value is refused, or a class is none of Confluent's. */
export function partitionerOf(config: PartitionerConfig): Partitioner {
  const delimiter = config['directory.delim'];
  switch (simpleName(config['partitioner.class'])) {
    case 'DefaultPartitioner':
      return new DefaultPartitioner();
    case 'FieldPartitioner':
      return new FieldPartitioner({ fields: config['partition.field.name'], delimiter });
    case 'TimeBasedPartitioner':
      return new TimePartitioner({
        ...timeOptions(config),
        durationMs: Number(config['partition.duration.ms']),
        pathFormat: config['path.format'],
      });
    case 'DailyPartitioner':
      return dailyPartitioner(timeOptions(config));
    case 'HourlyPartitioner':
      return hourlyPartitioner(timeOptions(config));
    default:
      throw ConfigException.invalidValue(
        'partitioner.class',
        config['partitioner.class'],
        'expected DefaultPartitioner, FieldPartitioner, TimeBasedPartitioner, DailyPartitioner or HourlyPartitioner',
      );
  }
}

/** The extractor of a configuration. @throws ConfigException if there is no such one. */
export function timestampExtractorOf(config: PartitionerConfig): TimestampExtractor {
  switch (simpleName(config['timestamp.extractor']).replace(/TimestampExtractor$/, '')) {
    case 'Wallclock':
      return new WallclockTimestampExtractor();
    case 'Record':
      return new RecordTimestampExtractor();
    case 'RecordField':
      return new RecordFieldTimestampExtractor(config['timestamp.field']);
    default:
      throw ConfigException.invalidValue('timestamp.extractor', config['timestamp.extractor'], 'expected Wallclock, Record or RecordField');
  }
}

function timeOptions(config: PartitionerConfig) {
  const { locale, timezone } = config;
  return { locale, timezone, timestamp: timestampExtractorOf(config), delimiter: config['directory.delim'] };
}

/** Behind the package and the outer class. */
function simpleName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
}
