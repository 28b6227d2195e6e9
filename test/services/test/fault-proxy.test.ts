import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from '../src/index.ts';
import { until } from './support/until.ts';

/** A client's side of a connection, with everything that happened to it. */
interface Client {
  readonly socket: Socket;
  readonly events: string[];
  received: string;
}

/** A server that sends back what it gets, in capitals, and a proxy in front of it. */
async function proxiedEcho(options: Partial<FaultProxyOptions> = {}): Promise<{ proxy: FaultProxy; served: Socket[] }> {
  const served: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    served.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
    socket.on('end', () => socket.end('.'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startFaultProxy({ target: (server.address() as AddressInfo).port, ...options });
  onTestFinished(() => {
    proxy.close();
    for (const socket of served) socket.destroy();
    server.close();
  });
  return { proxy, served };
}

async function clientOf(proxy: FaultProxy): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  const client: Client = { socket, events: [], received: '' };
  socket.on('data', (chunk: Buffer) => {
    client.received += chunk.toString();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => client.events.push(error.code ?? error.message));
  socket.on('end', () => client.events.push('end'));
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return client;
}

describe('a fault proxy', () => {
  it('passes everything on, the end included', async () => {
    const { proxy } = await proxiedEcho();
    const client = await clientOf(proxy);

    client.socket.end('abc');
    await until(() => client.events.includes('end'));

    expect(client.received).toBe('ABC.');
    expect(client.events).toEqual(['end']);
    await until(() => proxy.connections.length === 0);
  });

  it('passes on megabytes unharmed to a reader that is slow to begin', async () => {
    const { proxy } = await proxiedEcho();
    const client = await clientOf(proxy);
    const text = 'abcdefghij'.repeat(400_000);

    client.socket.pause();
    client.socket.end(text);
    await until(() => (proxy.connections[0]?.bytes.up ?? 0) > 1_000_000);
    client.socket.resume();
    await until(() => client.events.includes('end'));

    expect(client.received).toBe(`${text.toUpperCase()}.`);
  });

  it('delays bytes by the latency of each direction without limiting throughput', async () => {
    const { proxy } = await proxiedEcho();
    const client = await clientOf(proxy);
    proxy.setFaults({ latencyMs: 60 });
    const start = performance.now();

    client.socket.end('x'.repeat(1_000_000));
    await until(() => client.events.includes('end'));
    const tookMs = performance.now() - start;

    expect(client.received).toHaveLength(1_000_001);
    expect(tookMs).toBeGreaterThan(115);
    expect(tookMs).toBeLessThan(1500);
  });

  it('throttles to so many bytes a second', async () => {
    const { proxy } = await proxiedEcho();
    const client = await clientOf(proxy);
    proxy.connections[0]?.setFaults({ bytesPerSecond: 100_000 }, 'up');
    const start = performance.now();

    client.socket.end('x'.repeat(30_000));
    await until(() => client.events.includes('end'));

    expect(client.received).toHaveLength(30_001);
    expect(performance.now() - start).toBeGreaterThan(290);
  });

  it('resets all connections and takes new ones', async () => {
    const { proxy, served } = await proxiedEcho();
    const client = await clientOf(proxy);
    const servedEvents: string[] = [];
    await until(() => served.length === 1);
    served[0]?.on('error', (error: NodeJS.ErrnoException) => servedEvents.push(error.code ?? error.message));

    proxy.resetAll();
    await until(() => client.events.length > 0 && servedEvents.length > 0);
    const next = await clientOf(proxy);
    next.socket.write('again');
    await until(() => next.received === 'AGAIN');

    expect(client.events).toEqual(['ECONNRESET']);
    expect(servedEvents).toEqual(['ECONNRESET']);
  });

  it('keeps a half-open connection silent and open while the target is gone', async () => {
    const { proxy, served } = await proxiedEcho();
    const client = await clientOf(proxy);
    client.socket.write('one');
    await until(() => client.received === 'ONE');

    proxy.halfOpenAll();
    await until(() => served[0]?.destroyed === true);
    const isTaken = await new Promise((resolve) => client.socket.write('two', (error) => resolve(error === undefined || error === null)));
    const other = await clientOf(proxy);
    other.socket.write('x');
    await until(() => other.received === 'X');

    expect(isTaken).toBe(true);
    expect(client.received).toBe('ONE');
    expect(client.events).toEqual([]);
    expect(proxy.connections).toHaveLength(2);
  });

  it.each([
    ['reset', ['ECONNRESET']],
    ['end', ['end']],
    ['half-open', []],
  ] as const)('cuts an answer after exactly the allowed bytes and then does: %s', async (action, events) => {
    const { proxy, served } = await proxiedEcho({ onConnection: (connection) => connection.cutAfter(5, 'down', action) });
    const client = await clientOf(proxy);

    client.socket.write('abcdefgh');
    await until(() => client.received.length >= 5 && client.events.length >= events.length);
    await until(() => served[0]?.destroyed === true);

    expect(client.received).toBe('ABCDE');
    expect(client.events).toEqual(events);
  });

  it('cuts a request after exactly the allowed bytes', async () => {
    let got = '';
    const { proxy, served } = await proxiedEcho({ onConnection: (connection) => connection.cutAfter(3, 'up', 'end') });
    const client = await clientOf(proxy);
    await until(() => served.length === 1);
    served[0]?.on('data', (chunk: Buffer) => {
      got += chunk.toString();
    });

    client.socket.write('abcdefgh');
    await until(() => client.events.includes('end'));

    expect(got).toBe('abc');
  });

  it('loses nothing while it is paused, one direction alone included', async () => {
    const { proxy, served } = await proxiedEcho();
    const client = await clientOf(proxy);
    client.socket.write('a');
    await until(() => client.received === 'A');
    const connection = proxy.connections[0];

    connection?.pause('down');
    client.socket.write('b');
    await until(() => connection?.bytes.up === 2);
    const whileDown = client.received;
    connection?.resume();
    await until(() => client.received === 'AB');
    proxy.pause();
    client.socket.write('c');
    const late = await clientOf(proxy);
    late.socket.write('d');
    await until(() => served.length === 2);
    const whilePaused = [client.received, late.received, connection?.bytes.up];
    proxy.resume();
    await until(() => client.received === 'ABC' && late.received === 'D');

    expect(whileDown).toBe('A');
    expect(whilePaused).toEqual(['AB', '', 2]);
  });

  it('refuses connections and listens again at the same port', async () => {
    const { proxy } = await proxiedEcho();
    const open = await clientOf(proxy);
    const { port } = proxy;

    proxy.refuse();
    const [error] = (await once(connect({ port, host: '127.0.0.1' }), 'error')) as [NodeJS.ErrnoException];
    open.socket.write('still');
    await until(() => open.received === 'STILL');
    await proxy.accept();
    const next = await clientOf(proxy);
    next.socket.write('back');
    await until(() => next.received === 'BACK');

    expect(error.code).toBe('ECONNREFUSED');
    expect(proxy.port).toBe(port);
  });

  it('resets a client whose target refuses', async () => {
    const { proxy } = await proxiedEcho({ target: 1 });
    const client = await clientOf(proxy);

    await until(() => client.events.length > 0);

    expect(client.events).toEqual(['ECONNRESET']);
  });
});
