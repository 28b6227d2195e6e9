import type { TimestampType } from '@millrace/api';
import { InvalidConfigurationException } from '../errors.ts';
import type { RetentionLimits } from './retention.ts';

/** Memory of a partition, in bytes, unless the topic says otherwise. Kafka has no limit here, but Kafka has disks. */
const defaultRetentionBytes = 16 * 1024 * 1024;

const longMax = '9223372036854775807';

/** Topic settings of Kafka 4.3 and their defaults. Those that the embedded log has no use for are accepted and shown all the same. */
const defaults: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'compression.gzip.level': '-1',
  'compression.lz4.level': '9',
  'compression.type': 'producer',
  'compression.zstd.level': '3',
  'delete.retention.ms': '86400000',
  'file.delete.delay.ms': '60000',
  'flush.messages': longMax,
  'flush.ms': longMax,
  'follower.replication.throttled.replicas': '',
  'index.interval.bytes': '4096',
  'leader.replication.throttled.replicas': '',
  'local.retention.bytes': '-2',
  'local.retention.ms': '-2',
  'max.compaction.lag.ms': longMax,
  'max.message.bytes': '1048588',
  'message.timestamp.after.max.ms': '3600000',
  'message.timestamp.before.max.ms': longMax,
  'message.timestamp.type': 'CreateTime',
  'min.cleanable.dirty.ratio': '0.5',
  'min.compaction.lag.ms': '0',
  'min.insync.replicas': '1',
  preallocate: 'false',
  'remote.log.copy.disable': 'false',
  'remote.log.delete.on.disable': 'false',
  'remote.storage.enable': 'false',
  'retention.bytes': String(defaultRetentionBytes),
  'retention.ms': '604800000',
  'segment.bytes': '1073741824',
  'segment.index.bytes': '10485760',
  'segment.jitter.ms': '0',
  'segment.ms': '604800000',
  'unclean.leader.election.enable': 'false',
};

/** How much of a topic a loss of power may take, unless something else is synced first. Infinity: without limit. */
export interface FlushPolicy {
  /** Records, as `flush.messages`; they are synced before they are acknowledged. */
  readonly messages: number;
  /** Age in milliseconds, as `flush.ms`. */
  readonly ms: number;
}

/** Defaults of a log in files: like Kafka's, but for segments, which are smaller because a start after a crash reads the last one. */
export const diskDefaults: Readonly<Record<string, string>> = {
  'retention.bytes': '-1',
  'segment.bytes': String(64 * 1024 * 1024),
};

/** A topic's settings, as its partitions need them. */
export class TopicConfig {
  /** What the topic says itself. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Everything in force, as text. */
  readonly settings: ReadonlyMap<string, string>;
  readonly isCompacted: boolean;
  readonly retention: RetentionLimits;
  readonly deleteRetentionMs: number;
  readonly flush: FlushPolicy;
  /** Size at which a file is full, in bytes. */
  readonly segmentBytes: number;
  /** Age in milliseconds at which a file counts as full. */
  readonly segmentMs: number;
  readonly timestampType: TimestampType;
  /** Largest record, in bytes on the wire. */
  readonly maxMessageBytes: number;

  /**
   * @param storageDefaults of the place where the records are kept
   * @throws InvalidConfigurationException naming the setting that is unknown or wrong
   */
  constructor(overrides: Readonly<Record<string, string>>, storageDefaults: Readonly<Record<string, string>> = {}) {
    this.overrides = overrides;
    const settings = new Map(Object.entries({ ...defaults, ...storageDefaults }));
    for (const [key, value] of Object.entries(overrides)) {
      if (!settings.has(key)) throw new InvalidConfigurationException(`Unknown topic config name: ${key}`, { configKey: key });
      settings.set(key, value);
    }
    this.settings = settings;
    const policies = cleanupPolicies(settings);
    this.isCompacted = policies.includes('compact');
    const isDeleted = policies.includes('delete');
    const bytes = wholeNumber(settings, 'retention.bytes', -1);
    const ms = wholeNumber(settings, 'retention.ms', -1);
    this.retention = {
      bytes: isDeleted && bytes >= 0 ? bytes : Number.POSITIVE_INFINITY,
      ms: isDeleted && ms >= 0 ? ms : Number.POSITIVE_INFINITY,
    };
    this.deleteRetentionMs = wholeNumber(settings, 'delete.retention.ms', 0);
    this.flush = { messages: orUnlimited(settings, 'flush.messages', 1), ms: orUnlimited(settings, 'flush.ms', 0) };
    this.segmentBytes = wholeNumber(settings, 'segment.bytes', 14);
    this.segmentMs = orUnlimited(settings, 'segment.ms', 1);
    this.maxMessageBytes = wholeNumber(settings, 'max.message.bytes', 0);
    this.timestampType = timestampType(settings);
  }
}

function cleanupPolicies(settings: ReadonlyMap<string, string>): string[] {
  const text = settings.get('cleanup.policy') as string;
  const policies = text
    .split(',')
    .map((policy) => policy.trim())
    .filter((policy) => policy !== '');
  if (policies.some((policy) => policy !== 'compact' && policy !== 'delete')) {
    throw invalidValue('cleanup.policy', text, 'it takes compact, delete or both');
  }
  return policies;
}

function timestampType(settings: ReadonlyMap<string, string>): TimestampType {
  const text = settings.get('message.timestamp.type');
  if (text === 'CreateTime' || text === 'LogAppendTime') return text;
  throw invalidValue('message.timestamp.type', text, 'it takes CreateTime or LogAppendTime');
}

function wholeNumber(settings: ReadonlyMap<string, string>, key: string, min: number): number {
  const text = (settings.get(key) as string).trim();
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < min) throw invalidValue(key, text, `it takes a whole number from ${min}`);
  return value;
}

/** A number whose largest value means: never. */
function orUnlimited(settings: ReadonlyMap<string, string>, key: string, min: number): number {
  const value = wholeNumber(settings, key, min);
  return value >= Number(longMax) ? Number.POSITIVE_INFINITY : value;
}

function invalidValue(key: string, value: unknown, rule: string): InvalidConfigurationException {
  return new InvalidConfigurationException(`Invalid value ${String(value)} for configuration ${key}: ${rule}`, { configKey: key });
}
