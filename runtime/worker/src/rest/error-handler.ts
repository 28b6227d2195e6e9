import { STATUS_CODES } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AlreadyExistsException, NotFoundException } from '@millrace/api';
import { ConnectRestException } from '../herder/herder.ts';

/** The body of every error answer. */
export interface ErrorMessage {
  readonly error_code: number;
  readonly message: string;
}

/** Answers errors as Kafka Connect does: always JSON, always a code and a message. */
export function installErrorHandlers(server: FastifyInstance): void {
  server.setErrorHandler(async (error: unknown, _request, reply) => {
    const status = statusOf(error);
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
