import type { FastifyInstance } from 'fastify';
import { ConfigException } from '@millrace/api';

/** Which pages of other origins may use the API. */
export interface CorsRules {
  readonly isAllowed: (origin: string) => boolean;
  readonly methods: string;
}

const DEFAULT_METHODS = 'GET,POST,HEAD';
const KNOWN_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const ALLOWED_HEADERS = 'Accept, Authorization, Content-Type, Origin, X-Requested-With';
/** Seconds that a browser keeps the answer to a preflight request. */
const MAX_AGE_SECONDS = 1800;

/**
 * From `access.control.allow.origin`, a list of origins in which `*` stands for any text, and `access.control.allow.methods`.
 * @returns null when no origin is allowed, the default
 * @throws ConfigException for an origin that no browser sends, or an unknown method
 */
export function corsRules(origins: string, methods: string): CorsRules | null {
  const patterns = listOf(origins);
  if (patterns.length === 0) return null;
  const expressions = patterns.map(originPattern);
  const named = listOf(methods).map((method) => method.toUpperCase());
  const unknown = named.find((method) => !KNOWN_METHODS.includes(method));
  if (unknown !== undefined) {
    throw ConfigException.invalidValue('access.control.allow.methods', methods, `${unknown} is none of ${KNOWN_METHODS.join(', ')}`);
  }
  return {
    isAllowed: (origin) => expressions.some((expression) => expression.test(origin)),
    methods: named.length === 0 ? DEFAULT_METHODS : named.join(','),
  };
}

/** Answers preflight requests, which carry no credentials, and marks the answers to allowed origins. */
export function installCors(app: FastifyInstance, { isAllowed, methods }: CorsRules): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !isAllowed(origin)) return undefined;
    void reply.header('access-control-allow-origin', origin);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return undefined;
    return reply
      .headers({
        'access-control-allow-methods': methods,
        'access-control-allow-headers': ALLOWED_HEADERS,
        'access-control-max-age': MAX_AGE_SECONDS,
      })
      .code(204)
      .send();
  });
}

function originPattern(text: string): RegExp {
  if (text !== '*' && !/^[a-z*][a-z\d+.*-]*:\/\/[^/\s]+$/i.test(text)) {
    throw ConfigException.invalidValue(
      'access.control.allow.origin',
      text,
      'expected * or an origin such as https://ui.example.com, without path',
    );
  }
  const parts = text.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
