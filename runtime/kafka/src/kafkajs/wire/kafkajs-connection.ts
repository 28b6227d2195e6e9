import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { KafkaException } from '@millrace/api';
import type { ApiVersionRanges } from './api.ts';

/** The one version of kafkajs whose internals are known to be as described here. */
const knownVersion = '2.2.4';

/** Who we are to a broker, in kafkajs' terms. */
export type KafkaJsSasl = Record<string, unknown> & { readonly mechanism: string };

interface KafkaJsLogger {
  namespace(name: string): KafkaJsLogger;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

interface KafkaJsConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly logger: KafkaJsLogger;
  readonly socketFactory: (target: SocketTarget) => Socket;
  readonly ssl: ConnectionOptions | null;
  readonly sasl: KafkaJsSasl | null;
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
  readonly enforceRequestTimeout: boolean;
}

/** What kafkajs asks of a socket factory. */
export interface SocketTarget {
  readonly host: string;
  readonly port: number;
  readonly ssl: ConnectionOptions | null;
  readonly onConnect: () => void;
}

interface QueuedRequest {
  readonly entry: {
    readonly apiKey: number;
    readonly apiName: string;
    readonly apiVersion: number;
    readonly correlationId: number;
    readonly resolve: (answer: { readonly payload: Buffer | null }) => void;
    readonly reject: (error: Error) => void;
  };
  readonly expectResponse: boolean;
  readonly requestTimeout: number | null;
  readonly sendRequest: () => void;
}

/** What we touch of kafkajs' `network/requestQueue`. */
interface KafkaJsRequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  push(request: QueuedRequest): void;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
  maybeThrottle(milliseconds: number): void;
  destroy(): void;
}

/** What we touch of kafkajs' `network/connection`: sockets, TLS, SASL with re-authentication, framing, correlation. */
export interface KafkaJsConnection {
  readonly requestQueue: KafkaJsRequestQueue;
  /** How long the broker lets an authentication count, in milliseconds: a number of a class of theirs; 0: for ever. */
  readonly sessionLifetime: { toString(): string };
  /** How long before that end it authenticates again, in milliseconds. */
  reauthenticationThreshold: number;
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  isConnected(): boolean;
  isAuthenticated(): boolean;
  authenticate(): Promise<void>;
  nextCorrelationId(): number;
  setVersions(versions: ApiVersionRanges): void;
  setSupportAuthenticationProtocol(isSupported: boolean): void;
  rejectRequests(error: Error): void;
  /** Takes bytes from the socket, in whose event it is called: what it throws would end the process. */
  processData(data: Buffer): void;
}

interface KafkaJs {
  readonly Connection: new (options: KafkaJsConnectionOptions) => KafkaJsConnection;
}

let loaded: KafkaJs | null = null;

/** A connection of kafkajs, not connected yet. @throws KafkaException if kafkajs is not the version we know */
export function kafkaJsConnection(options: Omit<KafkaJsConnectionOptions, 'logger' | 'enforceRequestTimeout'>): KafkaJsConnection {
  loaded ??= loadKafkaJs();
  // The time of each request is kept by BrokerConnection, which closes the connection: an answer that is late must not be taken for the next.
  const connection = new loaded.Connection({ ...options, logger: silent, enforceRequestTimeout: false });
  if (!(connection.reauthenticationThreshold >= 0)) throw unknownInternals('its Connection has no reauthenticationThreshold');
  return connection;
}

function loadKafkaJs(): KafkaJs {
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { version: string };
  if (version !== knownVersion) throw unknownInternals(`it is version ${version}`);
  const Connection = require('kafkajs/src/network/connection') as KafkaJs['Connection'];
  const RequestQueue = require('kafkajs/src/network/requestQueue') as { readonly prototype: KafkaJsRequestQueue };
  checkMethods('Connection', Connection.prototype as object, [
    'connect',
    'disconnect',
    'isConnected',
    'isAuthenticated',
    'authenticate',
    'nextCorrelationId',
    'setVersions',
    'setSupportAuthenticationProtocol',
    'rejectRequests',
    'processData',
  ]);
  checkMethods('RequestQueue', RequestQueue.prototype, [
    'push',
    'checkPendingRequests',
    'scheduleCheckPendingRequests',
    'maybeThrottle',
    'destroy',
  ]);
  calmPendingCheck(RequestQueue.prototype);
  return { Connection };
}

function checkMethods(name: string, prototype: object, methods: readonly string[]): void {
  const missing = methods.find((method) => typeof (prototype as Record<string, unknown>)[method] !== 'function');
  if (missing !== undefined) throw unknownInternals(`its ${name} has no method ${missing}`);
}

function unknownInternals(what: string): KafkaException {
  return new KafkaException(`Millrace works with kafkajs ${knownVersion} exactly, and ${what}`, {
    suggestion: `Install kafkajs ${knownVersion}: remove any override of its version`,
  });
}

/**
 * kafkajs re-arms a timer of 1 ms for ever on each connection, since the time until the end of a throttling that is over is negative
 * (its issues 1556 and 1704). A timer is only needed while requests wait.
 */
function calmPendingCheck(prototype: KafkaJsRequestQueue): void {
  prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests(this: KafkaJsRequestQueue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      Math.max(1, this.throttledUntil - Date.now()),
    );
  };
}

/** kafkajs reports what it also throws; whoever catches it logs it. */
const silent: KafkaJsLogger = {
  namespace: () => silent,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
