import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media type of the route's answers. Default: application/json. */
    readonly mediaType?: string;
  }
}

/** Refuses requests that accept no answer that there is. */
export function installContentNegotiation(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const mediaType = request.routeOptions.config.mediaType ?? 'application/json';
    if (accepts(request.headers.accept, mediaType)) return;
    throw Object.assign(new Error('HTTP 406 Not Acceptable'), { statusCode: 406 });
  });
}

/** Whether an Accept header takes a media type. */
function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined || header.trim() === '') return true;
  const family = `${mediaType.slice(0, mediaType.indexOf('/'))}/*`;
  return header.split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !isRefused && ['*/*', family, mediaType].includes(name);
  });
}
