import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConflictException, type RequestTargetException } from '../herder/herder.ts';
import { rawBodyOf } from './request-body.ts';
import type { WorkerClient } from './worker-client.ts';

/** Sends a request on to the worker that can answer it. */
export type Forward = (request: FastifyRequest, reply: FastifyReply, target: RequestTargetException) => Promise<void>;

/**
 * Forwards at most twice, from a follower to the leader and from there to the owner; the parameter `forward` counts:
 * `org.apache.kafka.connect.runtime.rest.HerderRequestHandler`.
 */
export function forwardWith(client: WorkerClient): Forward {
  return async (request, reply, { forwardUrl, message }) => {
    const { forward } = request.query as { readonly forward?: string };
    if (forward === 'false') {
      throw new ConflictException(`Cannot complete request because of a conflicting operation (e.g. worker rebalance): ${message}`);
    }
    if (forwardUrl === null) {
      throw new ConflictException(
        'Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.',
      );
    }
    const { authorization } = request.headers;
    const answer = await client.send({
      url: targetUrl(forwardUrl, request.url, forward === undefined ? 'true' : 'false'),
      method: request.method,
      headers: authorization === undefined ? {} : { authorization },
      body: Buffer.from(rawBodyOf(request)),
    });
    if (answer.location !== null) void reply.header('location', answer.location);
    void reply.code(answer.status);
    if (answer.body === '') await reply.send();
    else await reply.type('application/json').send(answer.body);
  };
}

function targetUrl(base: string, path: string, forward: string): string {
  const url = new URL(path.replace(/^\/+/, ''), base);
  url.searchParams.set('forward', forward);
  return url.href;
}
