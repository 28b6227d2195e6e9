import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AlreadyExistsException, NotFoundException } from '@millrace/api';
import { ConflictException, ConnectRestException, RequestTargetException, WorkerStartingException } from '../herder/herder.ts';
import type { Forward } from './forwarding.ts';

/** The body of every error answer. */
export interface ErrorMessage {
  readonly error_code: number;
  readonly message: string;
}

/** Answers errors as Kafka Connect does: always JSON, always a code and a message. */
export function installErrorHandlers(server: FastifyInstance, forward: Forward | null = null): void {
  server.setErrorHandler(async (thrown: unknown, request, reply) => {
    const error = await forwarded(thrown, request, reply, forward);
    if (error === null) return;
    const status = statusOf(error);
    if (error instanceof ConflictException || error instanceof WorkerStartingException) {
      void reply.header('retry-after', String(error.retryAfterSeconds));
    }
    await reply.code(status).send({ error_code: status, message: messageOf(error) } satisfies ErrorMessage);
  });
  server.setNotFoundHandler(async (request, reply) => {
    const allowed = allowedMethods(server, request.url);
    if (allowed.length > 0) void reply.header('allow', allowed.join(','));
    if (allowed.length > 0 && request.method === 'OPTIONS') {
      await reply.type('text/plain').send(allowed.join(', '));
      return;
    }
    const status = allowed.length > 0 ? 405 : 404;
    await reply.code(status).send({ error_code: status, message: `HTTP ${status} ${STATUS_CODES[status] ?? ''}` } satisfies ErrorMessage);
  });
}

/** Lets the worker answer that can. @returns null if it has, else what is to be answered here */
async function forwarded(thrown: unknown, request: FastifyRequest, reply: FastifyReply, forward: Forward | null): Promise<unknown> {
  if (!(thrown instanceof RequestTargetException) || forward === null) return thrown;
  try {
    await forward(request, reply, thrown);
    return null;
  } catch (error) {
    return error;
  }
}

/** Methods that an address knows; OPTIONS is known to all that there are. */
function allowedMethods(server: FastifyInstance, url: string): string[] {
  const path = url.split('?', 1)[0] ?? url;
  const known = (['HEAD', 'POST', 'GET', 'PUT', 'PATCH', 'DELETE'] as const).filter(
    (method) => server.findRoute({ method, url: path }) !== null,
  );
  return known.length > 0 ? [...known, 'OPTIONS'] : [];
}

function statusOf(error: unknown): number {
  if (error instanceof ConnectRestException) return error.status;
  if (error instanceof NotFoundException) return 404;
  if (error instanceof AlreadyExistsException) return 409;
  return (error as { readonly statusCode?: number } | null)?.statusCode ?? 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
