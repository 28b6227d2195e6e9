import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeliveryListener, KafkaTransport, Producer } from '@millrace/kafka';
import { KafkaProducer } from '../../src/kafkajs/producer/kafka-producer.ts';
import { disconnected } from '../../src/kafkajs/wire/broker-errors.ts';
import type { Cluster } from '../../src/kafkajs/wire/cluster.ts';
import { openTransport } from '../../src/open-transport.ts';
import { FakeBrokers } from './support/fake-brokers.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Something that listens like a broker. @returns its address */
async function listen(treat: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    // The end of a connection is only seen by who reads.
    socket.resume();
    treat(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function nobodyListens(): Promise<string> {
  const address = await listen(() => undefined);
  servers.pop()?.close();
  return address;
}

const brokers: Readonly<Record<string, () => Promise<string>>> = {
  'accepts connections and says nothing': () => listen(() => undefined),
  'closes every connection': () => listen((socket) => socket.end()),
  'resets every connection': () => listen((socket) => socket.resetAndDestroy()),
  'answers with something else': () => listen((socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  // kafkajs looks for the length of the next answer where there are no bytes: it must not end the process.
  'sends a length below zero': () => listen((socket) => socket.on('data', () => socket.write(Buffer.from([0xff, 0xff, 0xff, 0xf0, 1])))),
  'is not there': nobodyListens,
};

const ignore: DeliveryListener<number> = { acknowledged: () => undefined, failed: () => undefined };

/** Begins something with every client that cannot end. */
function beginEverything(transport: KafkaTransport, producer: Producer): Promise<unknown>[] {
  const listener = { assigned: () => undefined, revoked: () => undefined, lost: () => undefined };
  producer.append({ topic: 'a', partition: 0, key: null, value: null, timestamp: null, headers: [] }, ignore, 0);
  const member = transport.member({
    groupId: 'members',
    protocolType: 'connect',
    properties: {},
    protocols: () => [{ name: 'p', metadata: Buffer.alloc(0) }],
    assign: async () => new Map(),
    onAssigned: () => undefined,
    onRevoked: () => undefined,
    onLost: () => undefined,
  });
  return [
    producer.flush(),
    transport.admin({}).listTopics(),
    transport.consumer({ groupId: 'readers', subscription: ['a'], properties: {}, listener }).poll(60_000),
    transport.reader({ topic: 'a', isolation: 'read_committed', properties: {} }).readToEnd(),
    member.join(),
  ];
}

/** What keeps the event loop alive: connections that we made, and timers. */
function resources(): { readonly connections: number; readonly timers: number } {
  const all = process.getActiveResourcesInfo();
  return {
    connections: all.filter((name) => name === 'TCPSocketWrap' || name === 'TCPConnectWrap').length,
    timers: all.filter((name) => name === 'Timeout').length,
  };
}

describe('a transport whose broker', () => {
  it.each(Object.entries(brokers))(
    '%s closes soon, ends all that waits, and leaves nothing behind',
    { timeout: 20_000 },
    async (_name, start) => {
      const address = await start();
      const before = resources();
      const transport = await openTransport({ 'bootstrap.servers': address });
      const producer = transport.producer({});
      const ended = Promise.allSettled(beginEverything(transport, producer));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const closingSince = performance.now();
      // Without a time of its own it would flush for as long as a transport gives its clients.
      await producer.close(100);
      await transport.close();
      await ended;
      expect(performance.now() - closingSince).toBeLessThan(2000);
      await expect.poll(() => sockets.size, { timeout: 2000, interval: 10 }).toBe(0);
      const after = resources();
      expect(after.connections).toBeLessThanOrEqual(before.connections);
      // One of them is this poll's and the test's own.
      expect(after.timers).toBeLessThanOrEqual(before.timers + 1);
    },
  );
});

describe('a producer that is closed', () => {
  it.each(['requestAny', 'refresh'] as const)('while %s fails does not ask again', async (method) => {
    const cluster = new FakeBrokers().asCluster();
    let calls = 0;
    let fail: (error: Error) => void = () => undefined;
    const failing = (): Promise<never> => {
      calls += 1;
      return new Promise((_resolve, reject) => {
        fail = reject;
      });
    };
    Object.assign(cluster, { [method]: failing } satisfies Partial<Record<keyof Cluster, unknown>>);
    const producer = new KafkaProducer(cluster, { 'linger.ms': '0' }, () => undefined);
    producer.append({ topic: 't', partition: 0, key: null, value: null, timestamp: null, headers: [] }, ignore, 0);
    await expect.poll(() => calls, { interval: 1 }).toBe(1);
    const before = resources();
    await producer.close(0);
    fail(disconnected({ host: 'fake', port: 9092 }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(resources().timers).toBeLessThanOrEqual(before.timers);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toBe(1);
  });
});
