import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import type { Api, ApiVersionRanges } from './api.ts';
import { apiVersions } from './apis/api-versions.ts';
import { brokerError, connectionError, disconnected, disconnectedEarly, timedOut, unsupportedApi } from './broker-errors.ts';
import { kafkaJsConnection, type KafkaJsConnection, type SocketTarget } from './kafkajs-connection.ts';
import type { Address, WireConfig } from './wire-config.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

const keepAliveMs = 60_000;
const saslAuthenticateKey = 36;
/** Part of a session that is left when we authenticate again. Brokers refuse that within a second of the last time, so it cannot be a fixed time. */
const reauthenticationLead = 0.15;
const maxReauthenticationLeadMs = 10_000;

/** Brokers answer ApiVersions to anybody, and the next request to those who talk to them as the listener wants it. */
const usefulAnswers = 2;

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
  /** Fails what waits for kafkajs, which leaves it waiting when a connection is closed on our side. */
  readonly #interrupts = new Set<(reason: Error) => void>();
  /** Requests that were answered, those of kafkajs apart. */
  #answers = 0;
  /** Requests that wait for a re-authentication, so that none overtakes another. */
  #waiting: (() => void)[] | null = null;

  /** Not connected yet: {@link open} does that. */
  constructor(address: Address, config: WireConfig) {
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
    this.#guardAnswers();
  }

  /**
   * Connects and authenticates, once. {@link close} ends it early.
   * @throws DisconnectException, TimeoutException, SslAuthenticationException, SaslAuthenticationException
   */
  async open(): Promise<void> {
    const { connectionTimeoutMs } = this.#config;
    try {
      await this.#whileOpen(this.#wire.connect());
      const options = { timeoutMs: connectionTimeoutMs };
      const { errorCode, ranges } = await this.#exchange(apiVersions, null, apiVersions.maxVersion, options);
      if (errorCode !== 0) throw brokerError(errorCode, `ApiVersions of ${this.address.host}:${this.address.port}`);
      this.#ranges = ranges;
      this.#wire.setVersions(ranges);
      this.#wire.setSupportAuthenticationProtocol(saslAuthenticateKey in ranges);
      await this.#authenticate();
    } catch (error) {
      const reason = connectionError(error, this.address);
      this.close(reason);
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
    // The error makes kafkajs clear its own timer of a connection that is being made. No byte is written after this.
    this.#socket?.destroy(reason);
    this.#wire.rejectRequests(reason);
    this.#wire.requestQueue.destroy();
    for (const interrupt of this.#interrupts) interrupt(reason);
    void this.#wire.disconnect().catch(() => undefined);
  }

  /** An answer that is none ends the connection, and not the process. What comes after the end is not looked at. */
  #guardAnswers(): void {
    const wire = this.#wire;
    const processData = wire.processData.bind(wire);
    wire.processData = (data) => {
      if (this.#closeReason !== null) return;
      try {
        processData(data);
      } catch (error) {
        this.close(disconnected(this.address, error));
      }
    };
  }

  #openSocket({ host, port, ssl, onConnect }: SocketTarget): Socket {
    const servername = net.isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl === null ? net.connect({ host, port }, onConnect) : tls.connect({ host, port, ...servername, ...ssl }, onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    // Before kafkajs tells those who wait for answers: whoever sends a batch again changes bytes that must not be written any more.
    socket.once('error', (error) => this.close(connectionError(error, this.address, this.#config.trust)));
    const onEnd = (): void => this.close(this.#answers < usefulAnswers ? disconnectedEarly(this.address) : disconnected(this.address));
    socket.once('end', onEnd);
    socket.once('close', onEnd);
    this.#socket = socket;
    return socket;
  }

  /** The result, unless the connection is closed first. */
  async #whileOpen<Result>(result: Promise<Result>): Promise<Result> {
    if (this.#closeReason !== null) throw this.#closeReason;
    let interrupt: (reason: Error) => void = () => undefined;
    const closed = new Promise<never>((_resolve, reject) => {
      interrupt = reject;
      this.#interrupts.add(interrupt);
    });
    try {
      return await Promise.race([result, closed]);
    } finally {
      this.#interrupts.delete(interrupt);
    }
  }

  /** As long as a request may take: kafkajs would wait for ever for a broker that says nothing. */
  async #authenticate(): Promise<void> {
    if (this.#config.sasl === null) return;
    const { requestTimeoutMs } = this.#config;
    const timer = setTimeout(() => this.close(timedOut('SaslAuthenticate', this.address, requestTimeoutMs)), requestTimeoutMs);
    try {
      await this.#whileOpen(this.#wire.authenticate());
      const lifetimeMs = Number(this.#wire.sessionLifetime.toString());
      this.#wire.reauthenticationThreshold = Math.min(maxReauthenticationLeadMs, lifetimeMs * reauthenticationLead);
    } finally {
      clearTimeout(timer);
    }
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
      const payload = await (expectResponse ? this.#question(api, version, correlationId, frame) : this.#statement(frame));
      return payload === null ? (undefined as Response) : this.#decode(api, version, payload);
    } catch (error) {
      throw this.#closeReason ?? connectionError(error, this.address);
    } finally {
      clearTimeout(timer);
    }
  }

  async #question(api: Api<never, unknown>, version: number, correlationId: number, frame: readonly Buffer[]): Promise<Buffer | null> {
    const { payload } = await new Promise<{ payload: Buffer | null }>((resolve, reject) => {
      this.#wire.requestQueue.push({
        entry: { apiKey: api.key, apiName: api.name, apiVersion: version, correlationId, resolve, reject },
        expectResponse: true,
        requestTimeout: null,
        sendRequest: () => this.#write(frame),
      });
    });
    return payload;
  }

  /** Nobody answers; it is over when the system has taken all bytes, since they may belong to somebody who waits to use them again. */
  #statement(frame: readonly Buffer[]): Promise<null> {
    return new Promise((resolve, reject) => {
      this.#write(frame, (error) => (error instanceof Error ? reject(error) : resolve(null)));
    });
  }

  /** @throws DisconnectException for bytes that are no answer: nothing that follows can be trusted either */
  #decode<Response>(api: Api<never, Response>, version: number, payload: Buffer): Response {
    try {
      const reader = new WireReader(payload);
      if (version >= (api.flexibleFrom ?? Number.POSITIVE_INFINITY)) reader.skipTags();
      const answer = api.decode(reader, version);
      this.#answers += 1;
      return answer;
    } catch (error) {
      const reason = disconnected(this.address, error);
      this.close(reason);
      throw reason;
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

  #write(frame: readonly Buffer[], onWritten?: (error?: Error | null) => void): void {
    const socket = this.#socket as Socket;
    const last = frame.length - 1;
    socket.cork();
    for (let index = 0; index < last; index++) socket.write(frame[index] as Buffer);
    socket.write(frame[last] as Buffer, onWritten);
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
      await this.#authenticate();
    } catch (error) {
      this.close(connectionError(error, this.address));
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const run of waiting) run();
  }
}
