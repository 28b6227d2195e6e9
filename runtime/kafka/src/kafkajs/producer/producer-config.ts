import { ConfigException } from '@millrace/api';
import { integerProperty, wordProperty } from '../../client-properties.ts';
import type { ClientProperties } from '../../port.ts';
import { checkCompression, compressionTypes, type CompressionType } from '../records/compression.ts';

/** Kafka's producer settings that we act upon. Times are in milliseconds, sizes in bytes. */
export interface ProducerConfig {
  /** `acks`: -1 is `all`. */
  readonly acks: number;
  /** `enable.idempotence` */
  readonly isIdempotent: boolean;
  /** `batch.size`: a batch is sent when it has this many bytes. */
  readonly batchBytes: number;
  /** `linger.ms`: how long a batch waits for more records. */
  readonly lingerMs: number;
  /** `buffer.memory` */
  readonly bufferBytes: number;
  /** `max.request.size` */
  readonly maxRequestBytes: number;
  /** `max.in.flight.requests.per.connection` */
  readonly maxInFlight: number;
  /** `max.block.ms`: how long records wait for the metadata of their topic. */
  readonly maxBlockMs: number;
  /** `delivery.timeout.ms`: from the first record of a batch to its fate. */
  readonly deliveryTimeoutMs: number;
  /** `request.timeout.ms` */
  readonly requestTimeoutMs: number;
  /** `retries` */
  readonly retries: number;
  /** `compression.type` */
  readonly compression: CompressionType;
}

const maxInt32 = 2_147_483_647;
/** More batches in flight than brokers remember of a producer. */
const maxIdempotentInFlight = 5;

/**
 * Reads the settings of a producer. Defaults are Kafka's, but for `batch.size`: 128 KiB in place of 16, since fewer and larger requests cost
 * both sides less and `linger.ms` bounds the wait all the same.
 * @throws ConfigException for a value that is none, and for settings that exclude each other
 */
export function producerConfig(properties: ClientProperties): ProducerConfig {
  const acks = acksOf(properties);
  const maxInFlight = integerProperty(properties, { key: 'max.in.flight.requests.per.connection', defaultValue: 5, min: 1 });
  const retries = integerProperty(properties, { key: 'retries', defaultValue: maxInt32, min: 0 });
  const compression = wordProperty(properties, 'compression.type', compressionTypes);
  checkCompression(compression);
  return {
    acks,
    isIdempotent: isIdempotent(properties, { acks, maxInFlight, retries }),
    batchBytes: integerProperty(properties, { key: 'batch.size', defaultValue: 131_072, min: 0 }),
    lingerMs: integerProperty(properties, { key: 'linger.ms', defaultValue: 5, min: 0 }),
    bufferBytes: integerProperty(properties, { key: 'buffer.memory', defaultValue: 33_554_432, min: 0 }),
    maxRequestBytes: integerProperty(properties, { key: 'max.request.size', defaultValue: 1_048_576, min: 0 }),
    maxInFlight,
    maxBlockMs: integerProperty(properties, { key: 'max.block.ms', defaultValue: 60_000, min: 0 }),
    deliveryTimeoutMs: integerProperty(properties, { key: 'delivery.timeout.ms', defaultValue: 120_000, min: 0 }),
    requestTimeoutMs: integerProperty(properties, { key: 'request.timeout.ms', defaultValue: 30_000, min: 0 }),
    retries,
    compression,
  };
}

function acksOf(properties: ClientProperties): number {
  const word = wordProperty(properties, 'acks', ['all', '-1', '0', '1']);
  return word === 'all' ? -1 : Number(word);
}

interface IdempotenceNeeds {
  readonly acks: number;
  readonly maxInFlight: number;
  readonly retries: number;
}

/** On by default where the other settings allow it; asked for where they do not, an error (KIP-679). */
function isIdempotent(properties: ClientProperties, { acks, maxInFlight, retries }: IdempotenceNeeds): boolean {
  const key = 'enable.idempotence';
  const conflict =
    (acks !== -1 && 'acks to be all') ||
    (maxInFlight > maxIdempotentInFlight && `max.in.flight.requests.per.connection to be at most ${maxIdempotentInFlight}`) ||
    (retries === 0 && 'retries to be more than 0');
  const isAsked = properties[key] !== undefined;
  const isWanted = wordProperty(properties, key, ['true', 'false']) === 'true';
  if (isWanted && isAsked && conflict) throw ConfigException.invalidValue(key, 'true', `An idempotent producer needs ${conflict}`);
  return isWanted && !conflict;
}
