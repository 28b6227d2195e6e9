import { lookup } from 'node:dns/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { IllegalStateException } from '@millrace/api';
import { fastify, type FastifyInstance } from 'fastify';
import { installContentNegotiation } from './content-negotiation.ts';
import { installErrorHandlers } from './error-handler.ts';
import type { Forward } from './forwarding.ts';
import { authority, listenError, reachableHost, type Listener } from './listeners.ts';
import { installBodyParsers } from './request-body.ts';

/** A set of routes and the addresses that serve it. */
export interface RestSite {
  /** The configuration key that names the addresses. */
  readonly key: string;
  readonly listeners: readonly Listener[];
  /** What stands before every route, in order. */
  readonly guards: readonly ((app: FastifyInstance) => void)[];
  readonly install: (app: FastifyInstance, server: RestServer) => void;
  /** Makes the server of an https listener. */
  readonly secureServer: (handler: RequestListener) => Server;
}

/** Under which address others know this worker; null for what follows from the listeners. */
export interface Advertised {
  readonly protocol: string | null;
  readonly host: string | null;
  readonly port: number | null;
}

interface RunningSite {
  readonly site: RestSite;
  readonly app: FastifyInstance;
}

/** Time, in milliseconds, that answers underway have when the server stops. */
const STOP_GRACE_MS = 5000;
/** Time, in milliseconds, that a connection may be idle; above that of usual load balancers, so that they close first. */
const KEEP_ALIVE_MS = 72_000;

/** The REST API of a worker: Kafka Connect's, one to one. All logic is the herder's. */
export class RestServer {
  readonly #sites: readonly RunningSite[];
  readonly #advertised: Advertised;
  readonly #servers: Server[] = [];
  /** Also those that have not shaken hands yet, which no server would close. */
  readonly #sockets = new Set<Socket>();
  readonly #boundPorts = new Map<Listener, number>();
  #isStopping = false;

  /**
   * @param sites the first is the main one, whose first fitting listener is advertised
   * @param forward serves requests that other workers have to answer
   */
  constructor(sites: readonly RestSite[], advertised: Advertised, forward: Forward | null = null) {
    this.#advertised = advertised;
    this.#sites = sites.map((site) => {
      const app = fastify({
        logger: false,
        routerOptions: { maxParamLength: 5000, ignoreTrailingSlash: true },
        schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
      });
      installErrorHandlers(app, forward);
      for (const guard of site.guards) guard(app);
      installContentNegotiation(app);
      installBodyParsers(app);
      app.addHook('onResponse', async () => this.#closeIdle());
      site.install(app, this);
      return { site, app };
    });
  }

  /** @throws ConnectException when a port is taken or a host is not ours; nothing listens then. */
  async start(): Promise<void> {
    try {
      for (const { site, app } of this.#sites) {
        await app.ready();
        for (const listener of site.listeners) await this.#listen(site, listener, (request, response) => app.routing(request, response));
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #listen(site: RestSite, listener: Listener, handler: RequestListener): Promise<void> {
    const server = listener.protocol === 'https' ? site.secureServer(handler) : createServer(handler);
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    try {
      await listening(server, listener);
    } catch (error) {
      throw listenError(error, site.key, listener);
    }
    this.#servers.push(server);
    this.#boundPorts.set(listener, (server.address() as AddressInfo).port);
  }

  /** Accepts nothing more, lets answers underway finish for some seconds, then closes. Idempotent. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const cutOff = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, STOP_GRACE_MS);
    await Promise.all([...this.#sites.map(({ app }) => app.close()), ...this.#servers.map(closed)]);
    clearTimeout(cutOff);
  }

  /** A connection whose last answer is out holds up the stop no longer. */
  #closeIdle(): void {
    if (!this.#isStopping) return;
    setImmediate(() => {
      for (const server of this.#servers) server.closeIdleConnections();
    });
  }

  /** `host:port` by which others know this worker. */
  get workerId(): string {
    const listener = this.#advertisedListener;
    const { host, port } = this.#advertised;
    return authority(host ?? reachableHost(listener), port ?? this.#boundPorts.get(listener) ?? listener.port);
  }

  get advertisedUrl(): string {
    return `${this.#advertised.protocol ?? this.#advertisedListener.protocol}://${this.workerId}`;
  }

  /** Addresses that are bound, as URLs: first those of the main site. */
  get boundUrls(): string[] {
    return Array.from(this.#boundPorts, ([listener, port]) => `${listener.protocol}://${authority(reachableHost(listener), port)}`);
  }

  get #advertisedListener(): Listener {
    const listeners = this.#sites[0]?.site.listeners ?? [];
    const wanted = this.#advertised.protocol ?? 'http';
    return (listeners.find(({ protocol }) => protocol === wanted) ?? listeners[0]) as Listener;
  }
}

/** A host name means its IPv4 address when it has one, as on the JVM; no host means every interface of either kind. */
async function listening(server: Server, { host, port }: Listener): Promise<void> {
  const address = host === '' ? undefined : (await lookup(host, { order: 'ipv4first' })).address;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

/** No route has a schema for Fastify to compile. Named here so that it does not load its own two compilers, a tenth of the time of a start. */
function noCompiler(): never {
  throw new IllegalStateException('Routes have no schemas: requests are checked by their handlers');
}
