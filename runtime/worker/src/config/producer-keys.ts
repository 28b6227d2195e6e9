import { ConfigException, LambdaValidator, NonEmptyString, Range, ValidString, type ConfigKeyOptions } from '@millrace/api';

const gzipLevel = LambdaValidator.with(
  (name, value) => {
    const level = value as number;
    if (level === -1 || (level >= 1 && level <= 9)) return;
    throw ConfigException.invalidValue(name, level, 'Value must be between 1 and 9 or equal to -1');
  },
  () => '[1,...,9] or -1',
);

/** Settings of a producer alone. */
export const producerKeys = {
  'bootstrap.servers': { type: 'list', importance: 'high', doc: 'Brokers to find the cluster by, as host:port.' },
  'buffer.memory': {
    type: 'long',
    default: 33_554_432,
    importance: 'high',
    validator: Range.atLeast(0),
    doc: 'Memory, in bytes, for records that wait to be sent.',
  },
  retries: {
    type: 'int',
    default: 2_147_483_647,
    importance: 'high',
    validator: Range.between(0, 2_147_483_647),
    doc: 'How often a failed request is repeated.',
  },
  acks: {
    type: 'string',
    default: 'all',
    importance: 'low',
    validator: ValidString.in('all', '-1', '0', '1'),
    doc: 'Which replicas must have a record before it counts as written: all, the leader (1), or none (0).',
  },
  'compression.type': {
    type: 'string',
    default: 'none',
    importance: 'high',
    validator: ValidString.in('none', 'gzip', 'snappy', 'lz4', 'zstd'),
    doc: 'Compression of record batches.',
  },
  'compression.gzip.level': {
    type: 'int',
    default: -1,
    importance: 'medium',
    validator: gzipLevel,
    doc: 'Level of gzip, -1 for its default.',
  },
  'compression.lz4.level': { type: 'int', default: 9, importance: 'medium', validator: Range.between(1, 17), doc: 'Level of LZ4.' },
  'compression.zstd.level': {
    type: 'int',
    default: 3,
    importance: 'medium',
    validator: Range.between(-131_072, 22),
    doc: 'Level of Zstandard.',
  },
  'batch.size': {
    type: 'int',
    default: 16_384,
    importance: 'medium',
    validator: Range.atLeast(0),
    doc: 'Size, in bytes, at which a batch is sent; a larger record is a batch of its own.',
  },
  'partitioner.adaptive.partitioning.enable': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether records without key go to quick brokers more often.',
  },
  'partitioner.availability.timeout.ms': {
    type: 'long',
    default: 0,
    importance: 'low',
    validator: Range.atLeast(0),
    doc: 'Time, in milliseconds, after which a partition that takes no records is passed over; 0 for never.',
  },
  'partitioner.ignore.keys': { type: 'boolean', default: false, importance: 'medium', doc: 'Whether the key has no say in the partition.' },
  'linger.ms': {
    type: 'long',
    default: 5,
    importance: 'medium',
    validator: Range.atLeast(0),
    doc: 'Time, in milliseconds, that a batch waits for more records.',
  },
  'delivery.timeout.ms': {
    type: 'int',
    default: 120_000,
    importance: 'medium',
    validator: Range.atLeast(0),
    doc: 'Time, in milliseconds, after which a record that was not acknowledged has failed, all retries included.',
  },
  'client.id': { type: 'string', default: '', importance: 'medium', doc: 'Name of the client in logs and metrics of the broker.' },
  'receive.buffer.bytes': {
    type: 'int',
    default: 32_768,
    importance: 'medium',
    validator: Range.atLeast(-1),
    doc: 'Size, in bytes, of the receive buffer of a socket; -1 for that of the system.',
  },
  'max.request.size': {
    type: 'int',
    default: 1_048_576,
    importance: 'medium',
    validator: Range.atLeast(0),
    doc: 'Largest request, in bytes, and so the largest record.',
  },
  'enable.metrics.push': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether metrics of the client are sent to a broker that asks for them (KIP-714).',
  },
  'max.block.ms': {
    type: 'long',
    default: 60_000,
    importance: 'medium',
    validator: Range.atLeast(0),
    doc: 'Longest time, in milliseconds, to wait for metadata or buffer memory.',
  },
  'metadata.max.idle.ms': {
    type: 'long',
    default: 300_000,
    importance: 'low',
    validator: Range.atLeast(5000),
    doc: 'Time, in milliseconds, after which metadata of an unused topic are forgotten.',
  },
  'max.in.flight.requests.per.connection': {
    type: 'int',
    default: 5,
    importance: 'low',
    validator: Range.atLeast(1),
    doc: 'Requests that may be on their way to one broker.',
  },
  'key.serializer': { type: 'class', importance: 'high', doc: 'Java class; records of Connect are bytes already.' },
  'value.serializer': { type: 'class', importance: 'high', doc: 'Java class; records of Connect are bytes already.' },
  'connections.max.idle.ms': {
    type: 'long',
    default: 540_000,
    importance: 'medium',
    doc: 'Time, in milliseconds, after which an unused connection is closed.',
  },
  'partitioner.class': { type: 'class', default: null, importance: 'medium', doc: 'Java class that chooses partitions.' },
  'interceptor.classes': { type: 'list', default: '', importance: 'low', doc: 'Java classes that see each record.' },
  'enable.idempotence': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether the broker drops repetitions that retries cause.',
  },
  'transaction.timeout.ms': {
    type: 'int',
    default: 60_000,
    importance: 'low',
    doc: 'Time, in milliseconds, after which the broker aborts an open transaction.',
  },
  'transactional.id': {
    type: 'string',
    default: null,
    importance: 'low',
    validator: new NonEmptyString(),
    doc: 'Identity of the producer across restarts; makes it transactional.',
  },
  'transaction.two.phase.commit.enable': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether transactions take part in a commit in two phases (KIP-939).',
  },
} as const satisfies Readonly<Record<string, ConfigKeyOptions>>;
