import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { BadRequestException } from '../herder/herder.ts';
import type { LogTail } from '../log/log-tail.ts';

interface LogsRequest {
  Querystring: { readonly connector?: string; readonly limit?: string; readonly follow?: string };
}

const defaultLimit = 100;
/** Characters that may wait for a reader; one that is slower than this is let go. */
const maxWaiting = 1 << 20;

/**
 * `GET /admin/logs?connector=NAME&limit=100&follow=true`: the latest lines of a connector on this worker, one JSON object a line, and with
 * `follow` those to come. An addition of ours; Kafka Connect has no such endpoint.
 */
export function logRoutes(server: FastifyInstance, tail: LogTail): void {
  const streams = new Set<Readable>();
  // A stream of lines to come would hold up the stop of the worker.
  server.addHook('preClose', async () => {
    for (const stream of streams) stream.push(null);
  });
  server.get<LogsRequest>('/admin/logs', async (request, reply) => {
    const { connector, limit, follow } = request.query;
    if (connector === undefined || connector === '') throw new BadRequestException('Name a connector: /admin/logs?connector=NAME');
    const lines = tail.latest(connector, limitOf(limit));
    void reply.type('application/x-ndjson; charset=utf-8');
    if (follow?.toLowerCase() !== 'true') return reply.send(lines.join(''));
    const stream = following(tail, connector, lines);
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
    request.raw.socket.once('close', () => stream.destroy());
    return reply.send(stream);
  });
}

function following(tail: LogTail, connector: string, lines: readonly string[]): Readable {
  const stream = new Readable({ read: () => undefined, highWaterMark: maxWaiting });
  // An empty line, so that the head of the answer goes out although nothing may have been logged yet.
  stream.push(`${lines.join('')}\n`);
  const stop = tail.follow(connector, (line) => {
    if (!stream.push(line)) stream.destroy();
  });
  stream.once('close', stop);
  return stream;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new BadRequestException(`limit must be a number of lines, got ${JSON.stringify(text)}`);
}
