import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { LaneFaults } from './lane.ts';
import { ProxiedConnection } from './proxied-connection.ts';

/** How to start a proxy. */
export interface FaultProxyOptions {
  /** Port of 127.0.0.1 that connections go to. */
  readonly target: number;
  /** Port of 127.0.0.1 to listen on. Default: a free one. */
  readonly port?: number;
  /** For messages. Default: proxy. */
  readonly name?: string;
  /** Called with every new connection before a byte passes. */
  readonly onConnection?: (connection: ProxiedConnection) => void;
}

/** Starts a TCP proxy that breaks connections on demand. Without a fault set it passes everything on. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new FaultProxy(options);
  await proxy.accept();
  return proxy;
}

/** A TCP proxy that breaks connections on demand. */
export class FaultProxy {
  readonly name: string;
  readonly #target: number;
  readonly #connections = new Set<ProxiedConnection>();
  #onConnection: (connection: ProxiedConnection) => void;
  #server: Server | null = null;
  #port: number;
  #faults: LaneFaults = {};
  #isPaused = false;
  #count = 0;

  constructor({ target, port = 0, name = 'proxy', onConnection = () => undefined }: FaultProxyOptions) {
    this.name = name;
    this.#target = target;
    this.#port = port;
    this.#onConnection = onConnection;
  }

  /** Port of 127.0.0.1 that connections go to. */
  get target(): number {
    return this.#target;
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Connections that are open on one side at least, oldest first. */
  get connections(): readonly ProxiedConnection[] {
    return [...this.#connections];
  }

  /** Replaces the hook for new connections. */
  onConnection(hook: (connection: ProxiedConnection) => void): void {
    this.#onConnection = hook;
  }

  /** Sets latency and throughput of all connections, those to come included. An empty object takes faults away. */
  setFaults(faults: LaneFaults): void {
    this.#faults = faults;
    for (const connection of this.#connections) connection.setFaults(faults);
  }

  /** Passes nothing on until `resume`; connections are accepted and stay open, nothing is lost. */
  pause(): void {
    this.#isPaused = true;
    for (const connection of this.#connections) connection.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const connection of this.#connections) connection.resume();
  }

  /** Resets all connections; new ones are welcome. */
  resetAll(): void {
    for (const connection of this.#connections) connection.reset();
  }

  /** Half-opens all connections; new ones are welcome. */
  halfOpenAll(): void {
    for (const connection of this.#connections) connection.halfOpen();
  }

  /** Stops listening: new connections are refused, open ones stay. */
  refuse(): void {
    const server = this.#server;
    this.#server = null;
    // 'close' comes only when the last connection is gone, and the port is free before that.
    server?.close();
  }

  /** Listens again, at the same port. @throws Error when the port is taken. */
  async accept(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#open(socket));
    server.listen({ port: this.#port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Resets all connections and stops listening. */
  close(): void {
    this.refuse();
    this.resetAll();
  }

  #open(socket: Socket): void {
    this.#count += 1;
    const connection = new ProxiedConnection(this.#count, socket, this.#target, (closed) => this.#connections.delete(closed));
    this.#connections.add(connection);
    connection.setFaults(this.#faults);
    if (this.#isPaused) connection.pause();
    this.#onConnection(connection);
  }
}
