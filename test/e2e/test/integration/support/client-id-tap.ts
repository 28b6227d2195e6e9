import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Bytes of a request before its client id: size, API key, API version, correlation id. */
const bytesBefore = 12;

/** A port that leads to a broker and notes which clients come by. */
export interface ClientIdTap {
  readonly address: string;
  readonly clientIds: ReadonlySet<string>;
}

/** Opens a tap until the test ends. @param target `host:port` of the broker */
export async function clientIdTap(target: string): Promise<ClientIdTap> {
  const clientIds = new Set<string>();
  const [host = '', port = ''] = target.split(':');
  const server = createServer((client) => {
    const broker = connect(Number(port), host);
    client.once('data', (first: Buffer) => {
      const length = first.readInt16BE(bytesBefore);
      clientIds.add(first.toString('utf8', bytesBefore + 2, bytesBefore + 2 + length));
    });
    client.pipe(broker).pipe(client);
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const satisfies readonly (readonly [Socket, Socket])[]) {
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, clientIds };
}
