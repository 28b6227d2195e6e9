import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type AgentOptions } from 'node:https';
import { ConnectRestException } from '../herder/herder.ts';

/** A request from worker to worker. */
export interface WorkerRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty: none. */
  readonly body: Buffer;
}

export interface WorkerAnswer {
  readonly status: number;
  readonly body: string;
  readonly location: string | null;
}

/** Asks other workers of the cluster: `org.apache.kafka.connect.runtime.rest.RestClient`. Connections are kept. */
export class WorkerClient {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #tls: AgentOptions;
  readonly #timeoutMs: number;
  #https: HttpsAgent | null = null;

  /** @param tls what this worker shows and trusts where addresses begin with https */
  constructor(tls: AgentOptions, timeoutMs: number) {
    this.#tls = tls;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws ConnectRestException with the status and message of an error answer, 500 if there is no answer */
  async send({ url, method, headers, body }: WorkerRequest): Promise<WorkerAnswer> {
    const all = {
      accept: 'application/json',
      'user-agent': 'kafka-connect',
      ...(body.length === 0 ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) }),
      ...headers,
    };
    let answer: WorkerAnswer;
    try {
      answer = await this.#exchange(url, method, all, body);
    } catch (error) {
      throw new ConnectRestException(500, `IO Error trying to forward REST request: ${(error as Error).message}`, { cause: error });
    }
    if (answer.status >= 400) throw new ConnectRestException(answer.status, messageIn(answer.body));
    return answer;
  }

  close(): void {
    this.#http.destroy();
    this.#https?.destroy();
  }

  #exchange(url: string, method: string, headers: Record<string, string>, body: Buffer): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:');
      this.#https ??= isSecure ? new HttpsAgent({ keepAlive: true, ...this.#tls }) : null;
      const options = { method, headers, agent: isSecure ? (this.#https ?? undefined) : this.#http, timeout: this.#timeoutMs };
      const request = (isSecure ? httpsRequest : httpRequest)(url, options, (response) => {
        readAll(response).then(
          (text) => resolve({ status: response.statusCode ?? 500, body: text, location: response.headers.location ?? null }),
          reject,
        );
      });
      request.on('timeout', () => request.destroy(new Error(`no answer within ${this.#timeoutMs} ms`)));
      request.on('error', reject);
      request.end(body);
    });
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}
