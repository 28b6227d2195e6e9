import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { ConfigInfos, ConfigKeyInfo, ConnectorInfo, ConnectorStateInfo, PluginInfo } from '@millrace/worker';
import { ClientExit, CommandError } from '../exit-codes.ts';
import { exactJson, parseExact } from './exact-json.ts';
import { readText, send, type Connection, type HttpRequest } from './http-request.ts';
import { unknownConnector } from './unknown-connector.ts';

/** A connector's configuration as REST shows it. */
export type Config = Readonly<Record<string, string>>;

/** What a worker says of itself. */
export interface WorkerInfo {
  readonly version: string;
  readonly commit: string;
  readonly kafka_cluster_id: string;
}

/** One connector of `GET /connectors?expand=status&expand=info`. */
export interface ExpandedConnector {
  readonly status?: ConnectorStateInfo;
  readonly info?: ConnectorInfo;
}

/** Offsets of a connector (KIP-875). Numbers keep their text. */
export interface ConnectorOffsets {
  readonly offsets: readonly { readonly partition: unknown; readonly offset: unknown }[];
}

export interface LoggerLevel {
  readonly level: string;
  readonly last_modified: number | null;
}

/** Which log lines are wanted. */
export interface LogRequest {
  /** Latest lines to begin with. */
  readonly limit: number;
  /** Go on with lines as they come. */
  readonly follow: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
}

const retryDelayMs = 300;

/** The REST API of a Kafka Connect worker, ours or Apache's. Every method throws CommandError with the exit code that fits. */
export class ConnectClient {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  worker(): Promise<WorkerInfo> {
    return this.#json<WorkerInfo>({ method: 'GET', path: '/' });
  }

  connectors(): Promise<string[]> {
    return this.#json<string[]>({ method: 'GET', path: '/connectors' });
  }

  expandedConnectors(): Promise<Record<string, ExpandedConnector>> {
    return this.#json({ method: 'GET', path: '/connectors?expand=status&expand=info' });
  }

  connectorInfo(name: string): Promise<ConnectorInfo> {
    return this.#of(name, { method: 'GET', path: connectorPath(name) });
  }

  connectorConfig(name: string): Promise<Config> {
    return this.#of(name, { method: 'GET', path: `${connectorPath(name)}/config` });
  }

  /** The configuration, or null if there is no such connector. */
  async findConfig(name: string): Promise<Config | null> {
    const answer = await this.#send({ method: 'GET', path: `${connectorPath(name)}/config` });
    if (answer.status === 404) return null;
    return this.#checked<Config>(answer);
  }

  status(name: string): Promise<ConnectorStateInfo> {
    return this.#of(name, { method: 'GET', path: `${connectorPath(name)}/status` });
  }

  /** The status, or null if none is known (yet). */
  async findStatus(name: string): Promise<ConnectorStateInfo | null> {
    const answer = await this.#send({ method: 'GET', path: `${connectorPath(name)}/status` });
    return answer.status === 404 ? null : this.#checked<ConnectorStateInfo>(answer);
  }

  async topics(name: string): Promise<string[]> {
    const answer = await this.#of<Record<string, { topics: string[] }>>(name, { method: 'GET', path: `${connectorPath(name)}/topics` });
    return answer[name]?.topics ?? [];
  }

  create(name: string, config: Config, initialState: string | null): Promise<ConnectorInfo> {
    const state = initialState === null ? {} : { initial_state: initialState };
    return this.#json({ method: 'POST', path: '/connectors', body: JSON.stringify({ name, config, ...state }) });
  }

  putConfig(name: string, config: Config): Promise<ConnectorInfo> {
    return this.#json({ method: 'PUT', path: `${connectorPath(name)}/config`, body: JSON.stringify(config) });
  }

  /** Changes some keys; null removes one (KIP-477). */
  patchConfig(name: string, patch: Readonly<Record<string, string | null>>): Promise<ConnectorInfo> {
    return this.#of(name, { method: 'PATCH', path: `${connectorPath(name)}/config`, body: JSON.stringify(patch) });
  }

  delete(name: string): Promise<void> {
    return this.#of(name, { method: 'DELETE', path: connectorPath(name) });
  }

  changeState(name: string, verb: 'pause' | 'resume' | 'stop'): Promise<void> {
    return this.#of(name, { method: 'PUT', path: `${connectorPath(name)}/${verb}` });
  }

  restart(name: string, options: { readonly includeTasks: boolean; readonly onlyFailed: boolean }): Promise<void> {
    const query =
      options.includeTasks || options.onlyFailed ? `?includeTasks=${options.includeTasks}&onlyFailed=${options.onlyFailed}` : '';
    return this.#of(name, { method: 'POST', path: `${connectorPath(name)}/restart${query}` });
  }

  restartTask(name: string, task: number): Promise<void> {
    return this.#of(name, { method: 'POST', path: `${connectorPath(name)}/tasks/${task}/restart` });
  }

  offsets(name: string): Promise<ConnectorOffsets> {
    return this.#of(name, { method: 'GET', path: `${connectorPath(name)}/offsets` });
  }

  async patchOffsets(name: string, offsets: ConnectorOffsets): Promise<string> {
    const body = exactJson({ offsets: offsets.offsets });
    return (await this.#of<{ message: string }>(name, { method: 'PATCH', path: `${connectorPath(name)}/offsets`, body })).message;
  }

  async resetOffsets(name: string): Promise<string> {
    return (await this.#of<{ message: string }>(name, { method: 'DELETE', path: `${connectorPath(name)}/offsets` })).message;
  }

  plugins(connectorsOnly: boolean): Promise<PluginInfo[]> {
    return this.#json({ method: 'GET', path: `/connector-plugins?connectorsOnly=${connectorsOnly}` });
  }

  pluginConfig(name: string): Promise<ConfigKeyInfo[]> {
    return this.#json({ method: 'GET', path: `/connector-plugins/${encodeURIComponent(name)}/config` });
  }

  validate(className: string, config: Readonly<Record<string, string | null>>): Promise<ConfigInfos> {
    const path = `/connector-plugins/${encodeURIComponent(className)}/config/validate`;
    return this.#json({ method: 'PUT', path, body: JSON.stringify(config) });
  }

  loggers(): Promise<Record<string, LoggerLevel>> {
    return this.#json({ method: 'GET', path: '/admin/loggers' });
  }

  setLogLevel(logger: string, level: string): Promise<string[]> {
    return this.#json({ method: 'PUT', path: `/admin/loggers/${encodeURIComponent(logger)}`, body: JSON.stringify({ level }) });
  }

  /** Log lines of a connector as the worker has them, and with `follow` those to come, until the signal. */
  async *logs(name: string, options: LogRequest): AsyncGenerator<unknown, void> {
    const query = new URLSearchParams({ connector: name, limit: String(options.limit), follow: String(options.follow) });
    const answer = await send(this.connection, { method: 'GET', path: `/admin/logs?${query}` });
    if (answer.statusCode !== 200) {
      await this.#checked({ status: answer.statusCode ?? 0, text: await readText(this.connection, answer) });
    }
    answer.socket.setTimeout(0);
    // The connection would keep the process alive.
    options.signal.addEventListener('abort', () => answer.destroy(), { once: true });
    if (options.signal.aborted) answer.destroy();
    for await (const line of lines(answer)) if (line.trim() !== '') yield JSON.parse(line) as unknown;
  }

  async #json<T>(request: HttpRequest): Promise<T> {
    return this.#checked<T>(await this.#send(request));
  }

  /** A request about a connector, whose absence is explained with names that are near. */
  async #of<T>(name: string, request: HttpRequest): Promise<T> {
    const answer = await this.#send(request);
    if (answer.status !== 404) return this.#checked<T>(answer);
    const known = await this.connectors();
    if (known.includes(name)) return this.#checked<T>(answer);
    throw unknownConnector(this.connection.url, name, known);
  }

  async #send(request: HttpRequest): Promise<Answer> {
    const deadline = performance.now() + this.connection.timeoutMs;
    for (;;) {
      const answer = await send(this.connection, request);
      const text = await readText(this.connection, answer);
      const status = answer.statusCode ?? 0;
      const isRebalancing = status === 409 && /rebalanc/i.test(text);
      if (!isRebalancing || performance.now() > deadline) return { status, text };
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
    }
  }

  #checked<T>({ status, text }: Answer): Promise<T> {
    if (status >= 200 && status < 300) return Promise.resolve((text === '' ? undefined : this.#parsed(text)) as T);
    const { url } = this.connection;
    if (status === 401) {
      const suggestion = 'Name a user with --user and --password-from env:NAME, or in the context';
      throw new CommandError(ClientExit.ENVIRONMENT, `The worker at ${url} does not accept these credentials`, { suggestion });
    }
    if (status === 404 && errorText(status, text).startsWith('HTTP 404')) {
      throw new CommandError(ClientExit.RUNTIME, `The worker at ${url} does not offer this`, {
        suggestion: 'It may be of another version: see millrace info',
      });
    }
    throw new CommandError(status === 400 ? ClientExit.VALIDATION : ClientExit.RUNTIME, errorText(status, text));
  }

  #parsed(text: string): unknown {
    try {
      return parseExact(text);
    } catch (error) {
      const message = `${this.connection.url} answers, but not as a Connect worker does: ${JSON.stringify(text.slice(0, 60))}`;
      throw new CommandError(ClientExit.ENVIRONMENT, message, { suggestion: 'Check --url or the context', cause: error });
    }
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function connectorPath(name: string): string {
  return `/connectors/${encodeURIComponent(name)}`;
}

function lines(answer: IncomingMessage): AsyncIterable<string> {
  return createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY });
}

function errorText(status: number, text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // Not JSON: a proxy in between, whose words are shown as they are.
  }
  return `The worker answered with status ${status}: ${text.slice(0, 200)}`;
}
