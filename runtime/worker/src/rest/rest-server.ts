import { fastify, type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { ConfigException, ConnectException } from '@millrace/api';
import type { Herder } from '../herder/herder.ts';
import type { LogTail } from '../log/log-tail.ts';
import { connectorRoutes } from './connector-routes.ts';
import { installContentNegotiation } from './content-negotiation.ts';
import { installErrorHandlers } from './error-handler.ts';
import { logRoutes } from './log-routes.ts';
import { loggerRoutes, type LoggerAdmin } from './logger-routes.ts';
import { pluginRoutes } from './plugin-routes.ts';
import { installBodyParsers } from './request-body.ts';
import { rootRoutes, type WorkerVersion } from './root-routes.ts';

/** One address to listen on. */
export interface Listener {
  readonly protocol: 'http' | 'https';
  /** Empty: every interface. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface RestServerOptions {
  readonly herder: Herder;
  readonly version: WorkerVersion;
  readonly loggers: LoggerAdmin;
  /** Latest log lines of connectors. */
  readonly logTail: LogTail;
  /** The first answers; more are refused until the runtime serves several. */
  readonly listener: Listener;
  /** Host name to be known under; null: that of the listener, else this machine's. */
  readonly advertisedHost: string | null;
  readonly advertisedPort: number | null;
}

/** The REST API of a worker: Kafka Connect's, one to one. All logic is the herder's. */
export class RestServer {
  readonly #options: RestServerOptions;
  readonly #server: FastifyInstance;
  #boundPort: number | null = null;

  constructor(options: RestServerOptions) {
    this.#options = options;
    this.#server = fastify({
      logger: false,
      forceCloseConnections: true,
      routerOptions: { maxParamLength: 5000, ignoreTrailingSlash: true },
    });
    installErrorHandlers(this.#server);
    installContentNegotiation(this.#server);
    installBodyParsers(this.#server);
    rootRoutes(this.#server, options.herder, options.version);
    connectorRoutes(this.#server, options.herder, () => this.advertisedUrl);
    pluginRoutes(this.#server, options.herder);
    loggerRoutes(this.#server, options.loggers);
    logRoutes(this.#server, options.logTail);
  }

  /** @throws ConnectException when the port is taken or the host is not ours. */
  async start(): Promise<void> {
    const { host, port } = this.#options.listener;
    try {
      await this.#server.listen({ host: host === '' ? '0.0.0.0' : host, port });
    } catch (error) {
      throw listenError(error, this.#options.listener);
    }
    this.#boundPort = (this.#server.server.address() as AddressInfo).port;
  }

  /** Ends open requests and closes. Idempotent. */
  async stop(): Promise<void> {
    await this.#server.close();
  }

  /** `host:port` by which others know this worker. */
  get workerId(): string {
    return `${this.#host}:${this.#port}`;
  }

  get advertisedUrl(): string {
    return `${this.#options.listener.protocol}://${this.workerId}`;
  }

  get #host(): string {
    const { advertisedHost, listener } = this.#options;
    if (advertisedHost !== null) return advertisedHost;
    return listener.host === '' || listener.host === '0.0.0.0' ? '127.0.0.1' : listener.host;
  }

  get #port(): number {
    return this.#options.advertisedPort ?? this.#boundPort ?? this.#options.listener.port;
  }
}

/** @throws ConfigException if this is not `scheme://host:port`. */
export function parseListener(text: string): Listener {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^:/]*):(\d{1,5})\/?$/i.exec(text.trim());
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw ConfigException.invalidValue(
      'listeners',
      text,
      'expected http://host:port or https://host:port, for example http://localhost:8083',
    );
  }
  return { protocol: match[1]?.toLowerCase() as 'http' | 'https', host: (match[2] ?? '').replace(/^\[|\]$/g, ''), port };
}

function listenError(error: unknown, { protocol, host, port }: Listener): ConnectException {
  const address = `${protocol}://${host}:${port}`;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'the port is in use; stop the other program or choose another port, for instance listeners=http://:8084',
    EACCES: 'this user may not use the port; choose one above 1023',
    EADDRNOTAVAIL: 'this machine does not have that address',
    ENOTFOUND: 'the host name is unknown',
  };
  const { code, message } = error as NodeJS.ErrnoException;
  return new ConnectException(`Cannot listen on listeners=${address}: ${reasons[code ?? ''] ?? message}`, {
    cause: error,
    configKey: 'listeners',
  });
}
