import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where in an exchange a connection is cut. */
export type CutPlace = 'in the request' | 'before the answer' | 'in the answer';

interface Cut {
  readonly apiKey: number;
  readonly place: CutPlace;
}

const sizeBytes = 4;
/** A cut message keeps its size and one byte more: the other side knows that something is to come. */
const keptBytes = 5;

/** A proxy that understands where Kafka's requests and answers begin, and resets the connection at one of them. */
export class RequestProxy {
  /** Requests that came, by API key. */
  readonly #counts = new Map<number, number>();
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #cut: Cut | null = null;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ noDelay: true }, (client) => this.#open(client));
  }

  async listen(port: number): Promise<number> {
    this.#server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts the next exchange of this kind, once. */
  cutOnce(apiKey: number, place: CutPlace): void {
    this.#cut = { apiKey, place };
  }

  /** Whether the cut is still to come. */
  get isArmed(): boolean {
    return this.#cut !== null;
  }

  /** How many requests of this kind have come. */
  count(apiKey: number): number {
    return this.#counts.get(apiKey) ?? 0;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #open(client: Socket): void {
    const broker = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    const reset = (): void => {
      client.resetAndDestroy();
      broker.resetAndDestroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.on('error', reset);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        reset();
      });
    }
    /** Requests whose answers are to come, by correlation id. */
    const asked = new Map<number, number>();
    const cutIn = (socket: Socket, message: Buffer): void => {
      this.#cut = null;
      socket.write(message.subarray(0, keptBytes), () => setImmediate(reset));
    };
    messages(client, (message) => {
      const apiKey = message.readInt16BE(sizeBytes);
      this.#counts.set(apiKey, this.count(apiKey) + 1);
      asked.set(message.readInt32BE(sizeBytes + 4), apiKey);
      if (this.#isCut(apiKey, 'in the request')) cutIn(broker, message);
      else broker.write(message);
    });
    messages(broker, (message) => {
      const apiKey = asked.get(message.readInt32BE(sizeBytes)) ?? -1;
      if (this.#isCut(apiKey, 'in the answer')) cutIn(client, message);
      else if (this.#isCut(apiKey, 'before the answer')) {
        this.#cut = null;
        reset();
      } else client.write(message);
    });
  }

  #isCut(apiKey: number, place: CutPlace): boolean {
    return this.#cut?.apiKey === apiKey && this.#cut.place === place;
  }
}

/** Calls back with each whole message that a socket receives. */
function messages(socket: Socket, take: (message: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= sizeBytes && rest.length >= sizeBytes + rest.readInt32BE(0)) {
      const end = sizeBytes + rest.readInt32BE(0);
      take(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}
