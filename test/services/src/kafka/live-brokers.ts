import { connect } from 'node:net';

const METADATA = 3;
const VERSION = 1;
const CORRELATION_ID = 1;

/** A Metadata request, version 1, that asks for no topic. */
const request = ((): Buffer => {
  const body = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 4);
  let at = body.writeInt32BE(body.length - 4, 0);
  at = body.writeInt16BE(METADATA, at);
  at = body.writeInt16BE(VERSION, at);
  at = body.writeInt32BE(CORRELATION_ID, at);
  at = body.writeInt16BE(-1, at);
  body.writeInt32BE(0, at);
  return body;
})();

const HEADER_BYTES = 12;

/**
 * How many brokers a broker knows to be alive, asked with twenty bytes of our own so that no client library can be the reason of an
 * answer.
 *
 * @param timeoutMs Default 1000.
 * @returns 0 when it does not answer.
 */
export function liveBrokers(port: number, timeoutMs = 1000): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = Buffer.alloc(0);
    const finish = (count: number): void => {
      socket.destroy();
      resolve(count);
    };
    socket.setTimeout(timeoutMs, () => finish(0));
    socket.on('error', () => finish(0));
    socket.on('close', () => finish(0));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= HEADER_BYTES) finish(answer.readInt32BE(HEADER_BYTES - 4));
    });
  });
}
