/**
 * A server that says yes to every write and keeps nothing, so that what a client costs can be measured. Prints its port.
 *
 * It speaks as much of MongoDB's protocol as the driver needs: the first hello as OP_QUERY, and OP_MSG.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;
const SIZE = 16 * 1024 * 1024;

function hello(): Record<string, unknown> {
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    maxBsonObjectSize: SIZE,
    maxMessageSizeBytes: 3 * SIZE,
    maxWriteBatchSize: 100_000,
    minWireVersion: 0,
    maxWireVersion: 21,
    localTime: new Date(),
    ok: 1,
  };
}

/** Documents of the sequence behind the command; a message without one has a single document. */
function writesOf(message: Buffer): number {
  let at = HEADER + 5;
  at += message.readInt32LE(at);
  if (at >= message.length || message[at] !== 1) return 0;
  const end = at + 1 + message.readInt32LE(at + 1);
  at = message.indexOf(0, at + 5) + 1;
  let count = 0;
  for (; at < end; at += message.readInt32LE(at)) count += 1;
  return count;
}

function answer(message: Buffer): Buffer {
  const isQuery = message.readInt32LE(12) === OP_QUERY;
  const writes = isQuery ? 0 : writesOf(message);
  const body = BSON.serialize(writes > 0 ? { n: writes, nModified: writes, ok: 1 } : hello());
  const prefix = Buffer.alloc(isQuery ? HEADER + 20 : HEADER + 5);
  prefix.writeInt32LE(prefix.length + body.length, 0);
  prefix.writeInt32LE(message.readInt32LE(4), 8);
  prefix.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  if (isQuery) prefix.writeInt32LE(1, HEADER + 16);
  return Buffer.concat([prefix, body]);
}

function serve(socket: Socket): void {
  let chunks: Buffer[] = [];
  let size = 0;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    for (;;) {
      const length =
        size < 4 ? Infinity : (chunks[0]?.length ?? 0) >= 4 ? (chunks[0]?.readInt32LE(0) ?? 0) : Buffer.concat(chunks).readInt32LE(0);
      if (size < length) return;
      const all = Buffer.concat(chunks);
      socket.write(answer(all.subarray(0, length)));
      chunks = [all.subarray(length)];
      size -= length;
    }
  });
  socket.on('error', () => socket.destroy());
}

const server = createServer(serve).listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});
