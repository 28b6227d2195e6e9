import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import type { Api, ApiVersionRanges } from './api.ts';
import { apiVersions } from './apis/api-versions.ts';
import { brokerError, connectionError, disconnected, timedOut, unsupportedApi } from './broker-errors.ts';
import { kafkaJsConnection, type KafkaJsConnection, type SocketTarget } from './kafkajs-connection.ts';
import type { Address, WireConfig } from './wire-config.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

const keepAliveMs = 60_000;
const saslAuthenticateKey = 36;

export interface SendOptions {
  /** How long to wait for the answer, in milliseconds. Default: `request.timeout.ms`. */
  readonly timeoutMs?: number;
  /** False for a request that the broker does not answer, such as Produce with `acks=0`. Default: true. */
  readonly expectResponse?: boolean;
}

/**
 * One connection to one broker, authenticated. Requests go out in the order of the calls and are answered in that order. A request that is not
 * answered in time closes the connection, as in Kafka's clients. It is never connected again: its owner opens another.
 */
export class BrokerConnection {
  readonly address: Address;
  readonly #config: WireConfig;
  readonly #wire: KafkaJsConnection;
  #socket: Socket | null = null;
  #ranges: ApiVersionRanges = {};
  /** Why the connection is closed; null while it is open. */
  #closeReason: Error | null = null;
  /** Requests that wait for a re-authentication, so that none overtakes another. */
  #waiting: (() => void)[] | null = null;

  private constructor(address: Address, config: WireConfig) {
    this.address = address;
    this.#config = config;
    this.#wire = kafkaJsConnection({
      host: address.host,
      port: address.port,
      clientId: config.clientId,
      socketFactory: (target) => this.#openSocket(target),
      ssl: config.ssl,
      // kafkajs keeps an authenticator in this object, so each connection has its own.
      sasl: config.sasl === null ? null : { ...config.sasl },
      requestTimeout: config.requestTimeoutMs,
      connectionTimeout: config.connectionTimeoutMs,
    });
  }

  /** @throws DisconnectException, TimeoutException, SslAuthenticationException, SaslAuthenticationException */
  static async open(address: Address, config: WireConfig): Promise<BrokerConnection> {
    const connection = new BrokerConnection(address, config);
    try {
      await connection.#wire.connect();
      const { errorCode, ranges } = await connection.#exchange(apiVersions, null, apiVersions.maxVersion, {
        timeoutMs: config.connectionTimeoutMs,
      });
      if (errorCode !== 0) throw brokerError(errorCode, `ApiVersions of ${address.host}:${address.port}`);
      connection.#ranges = ranges;
      connection.#wire.setVersions(ranges);
      connection.#wire.setSupportAuthenticationProtocol(saslAuthenticateKey in ranges);
      await connection.#wire.authenticate();
      return connection;
    } catch (error) {
      const reason = connectionError(error, address);
      connection.close(reason);
      throw reason;
    }
  }

  get isOpen(): boolean {
    return this.#closeReason === null && this.#wire.isConnected();
  }

  /** The version of an API that both sides speak. @throws UnsupportedVersionException */
  versionOf(api: Api<never, unknown>): number {
    const range = this.#ranges[api.key];
    const version = Math.min(api.maxVersion, range?.maxVersion ?? -1);
    if (range === undefined || version < api.minVersion || version < range.minVersion) throw unsupportedApi(api, range, this.address);
    return version;
  }

  /**
   * Sends a request.
   * @returns the answer; error codes in it are the caller's business
   * @throws DisconnectException, TimeoutException, UnsupportedVersionException, SaslAuthenticationException on re-authentication
   */
  send<Request, Response>(api: Api<Request, Response>, request: Request, options: SendOptions = {}): Promise<Response> {
    if (!this.isOpen) return Promise.reject(this.#closeReason ?? disconnected(this.address));
    const version = this.versionOf(api);
    if (this.#waiting === null && (this.#config.sasl === null || this.#wire.isAuthenticated())) {
      return this.#exchange(api, request, version, options);
    }
    return this.#afterAuthentication(() => this.#exchange(api, request, version, options));
  }

  /** Closes at once; requests without an answer fail with this reason. Idempotent. */
  close(reason: Error = disconnected(this.address)): void {
    if (this.#closeReason !== null) return;
    this.#closeReason = reason;
    this.#wire.rejectRequests(reason);
    this.#wire.requestQueue.destroy();
    void this.#wire.disconnect().catch(() => undefined);
    this.#socket?.destroy();
  }

  #openSocket({ host, port, ssl, onConnect }: SocketTarget): Socket {
    const servername = net.isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl === null ? net.connect({ host, port }, onConnect) : tls.connect({ host, port, ...servername, ...ssl }, onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    socket.once('close', () => this.close());
    this.#socket = socket;
    return socket;
  }

  async #exchange<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    version: number,
    { timeoutMs = this.#config.requestTimeoutMs, expectResponse = true }: SendOptions,
  ): Promise<Response> {
    const correlationId = this.#wire.nextCorrelationId();
    const frame = this.#frame(api, request, version, correlationId);
    const timer = setTimeout(() => this.close(timedOut(api.name, this.address, timeoutMs)), timeoutMs);
    try {
      const { payload } = await new Promise<{ payload: Buffer | null }>((resolve, reject) => {
        this.#wire.requestQueue.push({
          entry: { apiKey: api.key, apiName: api.name, apiVersion: version, correlationId, resolve, reject },
          expectResponse,
          requestTimeout: null,
          sendRequest: () => this.#write(frame),
        });
      });
      if (payload === null) return undefined as Response;
      const reader = new WireReader(payload);
      if (version >= (api.flexibleFrom ?? Number.POSITIVE_INFINITY)) reader.skipTags();
      return api.decode(reader, version);
    } catch (error) {
      throw this.#closeReason ?? connectionError(error, this.address);
    } finally {
      clearTimeout(timer);
    }
  }

  #frame<Request>(api: Api<Request, unknown>, request: Request, version: number, correlationId: number): Buffer[] {
    const body = new WireWriter().int16(api.key).int16(version).int32(correlationId).nullableString(this.#config.clientId);
    if (version >= (api.flexibleFrom ?? Number.POSITIVE_INFINITY)) body.noTags();
    api.encode(body, request, version);
    const size = Buffer.allocUnsafe(4);
    size.writeInt32BE(body.length);
    return [size, ...body.chunks()];
  }

  #write(frame: readonly Buffer[]): void {
    const socket = this.#socket as Socket;
    socket.cork();
    for (const chunk of frame) socket.write(chunk);
    socket.uncork();
  }

  #afterAuthentication<Response>(send: () => Promise<Response>): Promise<Response> {
    return new Promise<Response>((resolve) => {
      const run = (): void => resolve(this.isOpen ? send() : Promise.reject(this.#closeReason ?? disconnected(this.address)));
      if (this.#waiting !== null) {
        this.#waiting.push(run);
        return;
      }
      this.#waiting = [run];
      void this.#authenticateAgain();
    });
  }

  async #authenticateAgain(): Promise<void> {
    try {
      await this.#wire.authenticate();
    } catch (error) {
      this.close(connectionError(error, this.address));
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const run of waiting) run();
  }
}
