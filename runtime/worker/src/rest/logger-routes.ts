import type { FastifyInstance } from 'fastify';
import { NotFoundException, type Logger } from '@millrace/api';
import { BadRequestException } from '../herder/herder.ts';
import { levelOf, type LevelName } from '../log/levels.ts';
import type { LoggerLevel, LoggerRegistry } from '../log/logger-registry.ts';
import { objectBody } from './request-body.ts';

/** What the routes of loggers work on. */
export interface LoggerAdmin {
  readonly loggers: LoggerRegistry;
  /** Told of a request that is odd but answered. */
  readonly log: Logger;
  /** Sets a level on every worker of the cluster (KIP-976); a standalone worker is its own cluster. */
  setInCluster(logger: string, level: LevelName): Promise<void>;
}

interface ByLogger {
  Params: { readonly logger: string };
  Querystring: { readonly scope?: string | string[] };
}

/** `/admin/loggers` and all below it (KIP-495, KIP-976), as `org.apache.kafka.connect.runtime.rest.resources.LoggingResource`. */
export function loggerRoutes(server: FastifyInstance, admin: LoggerAdmin): void {
  server.get('/admin/loggers', () =>
    Promise.resolve(Object.fromEntries(Array.from(admin.loggers.all(), ([name, level]) => [name, shown(level)]))),
  );

  server.get<ByLogger>('/admin/loggers/:logger', async (request) => {
    const { logger } = request.params;
    const level = admin.loggers.level(logger);
    if (level === null) throw new NotFoundException(`Logger ${logger} not found.`);
    return shown(level);
  });

  server.put<ByLogger>('/admin/loggers/:logger', async (request, reply) => {
    const level = levelIn(request.body);
    const { logger } = request.params;
    const scope = [request.query.scope ?? 'worker'].flat()[0] ?? 'worker';
    if (scope.toLowerCase() === 'cluster') {
      await admin.setInCluster(logger, level);
      await reply.code(204).send();
      return;
    }
    if (scope.toLowerCase() !== 'worker') {
      admin.log.warn(`Unknown scope ${JSON.stringify(scope)} of a logger request is taken as worker; scopes are worker and cluster`);
    }
    await reply.send(admin.loggers.set(logger, level));
  });
}

function levelIn(body: unknown): LevelName {
  const { level } = objectBody(body, 'the level');
  if (level === undefined || level === null) throw new BadRequestException("Desired 'level' parameter was not specified in request.");
  const text = typeof level === 'string' ? level : JSON.stringify(level);
  const name = levelOf(text);
  if (name === null) throw new NotFoundException(`invalid log level '${text}'.`);
  return name;
}

function shown({ level, lastModified }: LoggerLevel): { readonly level: string; readonly last_modified: number | null } {
  return { level, last_modified: lastModified };
}
