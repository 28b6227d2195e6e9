import { integerProperty, wordProperty } from '../../client-properties.ts';
import type { OffsetReset } from '../../consumer/consumer-backend.ts';
import type { ClientProperties } from '../../port.ts';
import type { IsolationLevel } from '../wire/apis/list-offsets.ts';

/** Kafka's consumer settings about fetching. Times are in milliseconds, sizes in bytes. */
export interface FetchConfig {
  /** `fetch.min.bytes` */
  readonly minBytes: number;
  /** `fetch.max.wait.ms` */
  readonly maxWaitMs: number;
  /** `fetch.max.bytes`: of one answer, and of all answers that wait to be polled. */
  readonly maxBytes: number;
  /** `max.partition.fetch.bytes` */
  readonly partitionBytes: number;
  /** `isolation.level` */
  readonly isolation: IsolationLevel;
  /** `check.crcs` */
  readonly checkCrcs: boolean;
  /** `client.rack` */
  readonly rack: string;
  /** `auto.offset.reset` */
  readonly reset: OffsetReset;
}

/** @throws ConfigException for a value that is none */
export function fetchConfig(properties: ClientProperties): FetchConfig {
  return {
    minBytes: integerProperty(properties, { key: 'fetch.min.bytes', defaultValue: 1, min: 0 }),
    maxWaitMs: integerProperty(properties, { key: 'fetch.max.wait.ms', defaultValue: 500, min: 0 }),
    maxBytes: integerProperty(properties, { key: 'fetch.max.bytes', defaultValue: 52_428_800, min: 0 }),
    partitionBytes: integerProperty(properties, { key: 'max.partition.fetch.bytes', defaultValue: 1_048_576, min: 0 }),
    isolation: wordProperty(properties, 'isolation.level', ['read_uncommitted', 'read_committed']),
    checkCrcs: wordProperty(properties, 'check.crcs', ['true', 'false']) === 'true',
    rack: properties['client.rack'] ?? '',
    reset: wordProperty<OffsetReset>(properties, 'auto.offset.reset', ['latest', 'earliest', 'none']),
  };
}
