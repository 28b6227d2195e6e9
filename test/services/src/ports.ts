import { createServer, type Server } from 'node:net';

/**
 * Every port that test services use, in one table. They are fixed, so an address survives a restart, and lie below the range from which
 * systems take ports for outgoing connections.
 *
 * 20000 + 100 x slot is the first port of a slot. One cluster with its workers takes one slot: slot 0 belongs to `pnpm services up`, tests
 * take the first free one of 1 to 8.
 */
const FIRST_PORT = 20_000;
const SLOT_SIZE = 100;
const PORTS_PER_BROKER = 20;

/** The slot of `pnpm services up`. */
export const TERMINAL_SLOT = 0;
const TEST_SLOTS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Offsets inside of a broker's twenty ports. A listener behind a proxy is bound ten ports higher than it is advertised. */
const BROKER_PORTS = { PLAINTEXT: 0, SASL_PLAINTEXT: 1, SSL: 2, SASL_SSL: 3, INTERNAL: 4, CONTROLLER: 5 } as const;
const BEHIND_PROXY = 10;

/** Offsets inside of a slot. */
const FIRST_WORKER = 60;
const WORKERS = 30;
const LEASE = 99;

/** PostgreSQL servers of tests: one port each, and one that holds the lease. */
const POSTGRES_PORTS = { first: 20_900, lease: 20_940, count: 16 } as const;

/** MongoDB servers of tests, likewise. */
const MONGODB_PORTS = { first: 20_950, lease: 20_970, count: 16 } as const;

/** One port that is held while a process has work that no other may do at the same time. */
const LOCK_PORTS = { download: 20_990, certificates: 20_991, format: 20_992 } as const;

/** A listener of a broker. INTERNAL is for brokers among themselves and for Kafka's own tools: plain, and never behind a proxy. */
export type BrokerPort = keyof typeof BROKER_PORTS;

/** What a lock protects. */
export type LockName = keyof typeof LOCK_PORTS;

/** The port that clients of a broker are told. @param node 1 to 3 */
export function brokerPort(slot: number, node: number, name: BrokerPort): number {
  return FIRST_PORT + slot * SLOT_SIZE + (node - 1) * PORTS_PER_BROKER + BROKER_PORTS[name];
}

/** The port that a broker listens on when a proxy stands at the port that clients are told. */
export function portBehindProxy(slot: number, node: number, name: BrokerPort): number {
  return brokerPort(slot, node, name) + BEHIND_PROXY;
}

/** The REST port of a worker. @param index 0 to 29 */
export function workerPort(slot: number, index: number): number {
  if (index >= WORKERS) throw new RangeError(`a slot has ports for ${WORKERS} workers, worker ${index + 1} has none`);
  return FIRST_PORT + slot * SLOT_SIZE + FIRST_WORKER + index;
}

/** A slot that is ours until it is released or this process ends. */
export interface SlotLease {
  readonly slot: number;
  release(): Promise<void>;
}

/**
 * Takes a slot. The kernel keeps the lease: it is a port that this process listens on, so it cannot be left behind.
 *
 * @param wanted Default: the first free slot for tests.
 * @throws Error when no slot is free.
 */
export async function takeSlot(wanted?: number): Promise<SlotLease> {
  for (const slot of wanted === undefined ? TEST_SLOTS : [wanted]) {
    const release = await holdPort(FIRST_PORT + slot * SLOT_SIZE + LEASE);
    if (release !== null) return { slot, release };
  }
  throw new Error(
    wanted === undefined
      ? `all ${TEST_SLOTS.length} slots for test services are taken: stop a cluster of another test run first`
      : `test services run in slot ${wanted} already: pnpm services down`,
  );
}

/** Takes a port for a PostgreSQL server, ours until it is released or this process ends. @throws Error when no port is free. */
export async function takePostgresPort(): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const { first, lease, count } = POSTGRES_PORTS;
  for (let index = 0; index < count; index++) {
    const release = await holdPort(lease + index);
    if (release !== null) return { port: first + index, release };
  }
  throw new Error(`all ${count} ports for PostgreSQL servers are taken: stop another test run first`);
}

/** Takes a port for a MongoDB server, ours until it is released or this process ends. @throws Error when no port is free. */
export async function takeMongoPort(): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const { first, lease, count } = MONGODB_PORTS;
  for (let index = 0; index < count; index++) {
    const release = await holdPort(lease + index);
    if (release !== null) return { port: first + index, release };
  }
  throw new Error(`all ${count} ports for MongoDB servers are taken: stop another test run first`);
}

/**
 * Runs work while no other process does work under the same name.
 *
 * @throws Error when the lock is not free within ten minutes (a first download can take minutes).
 */
export async function withLock<T>(name: LockName, work: () => Promise<T>): Promise<T> {
  const port = LOCK_PORTS[name];
  const deadline = performance.now() + 600_000;
  for (;;) {
    const release = await holdPort(port);
    if (release !== null) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (performance.now() > deadline) {
      throw new Error(`the ${name} lock (port ${port} of 127.0.0.1) is held by another process for 10 minutes`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Listens on a port. @returns how to let it go, or null when somebody else has it. */
function holdPort(port: number): Promise<(() => Promise<void>) | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.unref();
      resolve(() => close(server));
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
