import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ClientExit, CommandError } from '../exit-codes.ts';

/** How to reach a worker. */
export interface Connection {
  /** Address of the REST API, without a slash at its end. */
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
  /** Certificates, PEM, that vouch for the worker; null: those of the system. */
  readonly ca: string | null;
  /** Longest time, in milliseconds, for one answer. */
  readonly timeoutMs: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Text of a JSON body. */
  readonly body?: string;
}

/** Sends a request; resolves when the head of the answer is there. @throws CommandError ENVIRONMENT when the worker cannot be reached. */
export function send(connection: Connection, request: HttpRequest): Promise<IncomingMessage> {
  const url = new URL(`${connection.url}${request.path}`);
  const start = url.protocol === 'https:' ? requestHttps : requestHttp;
  const body = request.body === undefined ? null : Buffer.from(request.body);
  return new Promise((resolve, reject) => {
    const outgoing = start(url, {
      method: request.method,
      timeout: connection.timeoutMs,
      agent: false,
      headers: {
        accept: 'application/json',
        ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
        ...credentials(connection),
      },
      ...(connection.ca === null ? {} : { ca: connection.ca }),
    });
    outgoing.once('response', resolve);
    outgoing.once('timeout', () => outgoing.destroy(timedOut(connection)));
    outgoing.once('error', (error) => reject(error instanceof CommandError ? error : unreachable(connection, error)));
    outgoing.end(body ?? undefined);
  });
}

/** Reads the answer to its end. */
export async function readText(connection: Connection, answer: IncomingMessage): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw error instanceof CommandError ? error : unreachable(connection, error as Error);
  }
}

function credentials({ user, password }: Connection): Record<string, string> {
  return user === null ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` };
}

function timedOut({ url, timeoutMs }: Connection): CommandError {
  return new CommandError(ClientExit.ENVIRONMENT, `The worker at ${url} did not answer within ${timeoutMs / 1000} s`, {
    suggestion: 'Is it busy or stuck? Look at its log, or allow more time with --timeout',
  });
}

const start = 'Start one with millrace quickstart, or name another with --url or a context';
const reasons: Readonly<Record<string, readonly [reason: string, suggestion: string]>> = {
  ECONNREFUSED: ['nothing listens there', start],
  ENOTFOUND: ['there is no host of this name', 'Check the host in --url or the context'],
  EAI_AGAIN: ['the name of the host cannot be looked up', 'Check the host in --url and the network'],
  ECONNRESET: ['it closed the connection', 'If its listener is https, use https:// in --url'],
  EPROTO: ['it does not speak TLS', 'If its listener is http, use http:// in --url'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', 'If its listener is http, use http:// in --url'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is signed by itself', 'Trust it with --cacert FILE'],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate comes from an authority that is not known here', 'Trust the authority with --cacert FILE'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate comes from an authority that is not known here',
    'Trust the authority with --cacert FILE',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'its certificate comes from an authority that is not known here',
    'Trust the authority with --cacert FILE',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another host', 'Use the host that the certificate names in --url'],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Give the worker a new certificate'],
};

function unreachable({ url }: Connection, error: Error): CommandError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const [reason, suggestion] = reasons[code] ?? [error.message, 'Check --url, the context and the network'];
  return new CommandError(ClientExit.ENVIRONMENT, `Cannot reach a worker at ${url}: ${reason}`, { suggestion, cause: error });
}
