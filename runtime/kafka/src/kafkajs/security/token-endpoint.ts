import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { integerProperty } from '../../client-properties.ts';
import { KafkaRetriableException, SaslAuthenticationException } from '../../errors.ts';
import type { ClientProperties } from '../../port.ts';
import { bearerToken, type BearerToken } from './bearer-token.ts';
import { clientTls } from './client-tls.ts';
import type { JaasLogin } from './jaas.ts';

/** How tokens are asked for. */
export interface EndpointRequest {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | null;
  /** `sasl.oauthbearer.header.urlencode` */
  readonly isUrlEncoded: boolean;
  readonly properties: ClientProperties;
  readonly login: JaasLogin;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const maxBodyBytes = 1_000_000;
/** How long an attempt may take where no setting says it. */
const patienceMs = 30_000;

/**
 * Asks a token endpoint by client credentials (RFC 6749, section 4.4). What may be cured by waiting is tried again, for
 * `sasl.login.retry.backoff.max.ms` in all. `ssl.*` options of the login are those for the endpoint.
 * @returns a function that throws SaslAuthenticationException if the endpoint refuses, KafkaRetriableException if it cannot be reached
 * @throws ConfigException for settings that are wrong
 */
export function endpointTokens(request: EndpointRequest): () => Promise<BearerToken> {
  const { url, properties, login } = request;
  const backoffMs = integerProperty(properties, { key: 'sasl.login.retry.backoff.ms', defaultValue: 100, min: 1 });
  const retryMs = integerProperty(properties, { key: 'sasl.login.retry.backoff.max.ms', defaultValue: 10_000, min: 0 });
  const options = requestOptions(request);
  const timeouts = {
    connectMs: integerProperty(properties, { key: 'sasl.login.connect.timeout.ms', defaultValue: patienceMs, min: 1 }),
    readMs: integerProperty(properties, { key: 'sasl.login.read.timeout.ms', defaultValue: patienceMs, min: 1 }),
  };
  const tls = url.protocol === 'https:' ? clientTls({ prefix: 'sasl.jaas.config option ', values: login.options }) : {};
  const body = requestBody(request.scope);
  return async () => {
    const deadline = performance.now() + retryMs;
    for (let attempt = 0; ; attempt++) {
      const answer = await post(url, { ...options, ...tls }, { body, ...timeouts }).catch((error: Error) => error);
      if (!(answer instanceof Error) && !isTransient(answer.status)) return tokenOf(answer, url);
      const waitMs = backoffMs * 2 ** Math.min(attempt, 20);
      if (performance.now() + waitMs > deadline) throw unreachable(url, answer);
      await delay(waitMs);
    }
  };
}

function requestOptions({ clientId, clientSecret, isUrlEncoded }: EndpointRequest): RequestOptions {
  const encode = (text: string): string => (isUrlEncoded ? encodeURIComponent(text) : text);
  const user = Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64');
  return {
    method: 'POST',
    agent: false,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${user}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
  };
}

function requestBody(scope: string | null): string {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== null && scope.trim() !== '') form.set('scope', scope.trim());
  return form.toString();
}

interface Exchange {
  readonly body: string;
  readonly connectMs: number;
  readonly readMs: number;
}

function post(url: URL, options: RequestOptions, { body, connectMs, readMs }: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const module = url.protocol === 'https:' ? https : http;
    const outgoing = module.request(url, options, (response) => {
      read(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), reject);
    });
    const expire = (what: string, ms: number): NodeJS.Timeout =>
      setTimeout(() => outgoing.destroy(new Error(`${what} took longer than ${ms} ms`)), ms);
    let timer = expire('connecting', connectMs);
    outgoing.once('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        timer = expire('the answer', readMs);
      });
    });
    outgoing.once('error', reject);
    outgoing.once('close', () => clearTimeout(timer));
    outgoing.end(body);
  });
}

async function read(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    text += chunk;
    if (text.length > maxBodyBytes) throw new Error('its answer is too long');
  }
  return text;
}

function isTransient(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

function tokenOf({ status, body }: Answer, url: URL): BearerToken {
  const place = `Token endpoint ${placeOf(url)}`;
  const fields = fieldsOf(body);
  if (status !== 200 && status !== 201) {
    const reasons = [fields['error'], fields['error_description']].filter((reason) => typeof reason === 'string' && reason !== '');
    const why = reasons.length === 0 ? '' : `: ${reasons.join(', ').slice(0, 300)}`;
    throw new SaslAuthenticationException(`${place} refused to give a token: HTTP status ${status}${why}`, {
      suggestion: 'Check sasl.oauthbearer.token.endpoint.url, clientId, clientSecret and scope',
    });
  }
  const value = fields['access_token'] ?? fields['id_token'];
  if (typeof value !== 'string') throw new SaslAuthenticationException(`The answer of ${placeOf(url)} has no access_token`);
  const seconds = fields['expires_in'];
  return bearerToken(value, place, typeof seconds === 'number' ? seconds : null);
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    // The page of a proxy, or nothing: its status says enough, and the caller misses the token.
    return {};
  }
}

function unreachable(url: URL, last: Answer | Error): KafkaRetriableException {
  const why = last instanceof Error ? last.message : `HTTP status ${last.status}`;
  return new KafkaRetriableException(`No token from ${placeOf(url)}: ${why}`, last instanceof Error ? { cause: last } : {});
}

/** The address without user, password and query. */
function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
