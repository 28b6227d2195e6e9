import type { FastifyInstance } from 'fastify';
import type { ApiFacts, Route } from './openapi.ts';

/**
 * `GET /openapi`: the document of the routes that are installed after this call and of itself. Kafka Connect publishes such a document
 * with its releases; here the worker has its own. It is made when somebody first asks.
 *
 * @param facts asked then, since the port is not known before
 */
export function openApiRoutes(server: FastifyInstance, facts: () => ApiFacts): void {
  const routes: Route[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD' && one !== 'OPTIONS') routes.push({ method: one, path: url });
  });
  let document: unknown = null;
  server.get('/openapi', async () => {
    document ??= (await import('./openapi.ts')).openApiDocument(routes, facts());
    return document;
  });
}
