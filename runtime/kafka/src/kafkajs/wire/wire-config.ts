import type { ConnectionOptions } from 'node:tls';
import type { KafkaJsSasl } from './kafkajs-connection.ts';

/** Host and port of a broker. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** How to reach a Kafka cluster, worked out from a client's properties once. Times are in milliseconds. */
export interface WireConfig {
  /** `bootstrap.servers` */
  readonly bootstrap: readonly Address[];
  /** `client.id` */
  readonly clientId: string;
  /** Null: no TLS. */
  readonly ssl: ConnectionOptions | null;
  /** Where trusted certificates come from, for errors; null without TLS. */
  readonly trust: string | null;
  /** Null: no authentication. */
  readonly sasl: KafkaJsSasl | null;
  /** `request.timeout.ms` */
  readonly requestTimeoutMs: number;
  /** `socket.connection.setup.timeout.ms` */
  readonly connectionTimeoutMs: number;
  /** `metadata.max.age.ms` */
  readonly metadataMaxAgeMs: number;
  /** `retry.backoff.ms` and `retry.backoff.max.ms` */
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  /** `reconnect.backoff.ms` and `reconnect.backoff.max.ms` */
  readonly reconnectBackoffMs: number;
  readonly reconnectBackoffMaxMs: number;
}

/** A wait that doubles with each failure in a row up to a limit, and is spread by a fifth either way, as Kafka's clients do (KIP-580). */
export function exponentialBackoff(initialMs: number, maxMs: number, failures: number): number {
  const base = Math.min(maxMs, initialMs * 2 ** Math.min(failures, 30));
  return base * (0.8 + Math.random() * 0.4);
}
