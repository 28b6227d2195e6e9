import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type AtEnd, eventually, freePort, MillraceProcess } from '../../support/millrace-process.ts';

const string = 'org.apache.kafka.connect.storage.StringConverter';

/** The answer of a worker's REST API. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Config = Readonly<Record<string, string | number>>;

/** Sends a request to a worker's REST API, ours or the JVM's. */
export async function request(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** Creates a connector and waits until it and its tasks run. */
export async function createRunning(url: string, name: string, config: Config): Promise<void> {
  const { status, body } = await request(url, 'POST', '/connectors', { name, config });
  expect(body).toMatchObject({ name });
  expect(status).toBe(201);
  await untilState(url, name, 'RUNNING');
}

/** Waits until a connector and all of its tasks are in a state. */
export async function untilState(url: string, name: string, state: string): Promise<void> {
  await eventually(async () => expect(await statesOf(url, name)).toEqual(new Set([state])));
}

async function statesOf(url: string, name: string): Promise<Set<string>> {
  const { body } = await request(url, 'GET', `/connectors/${name}/status`);
  const { connector, tasks } = body as { connector: { state: string }; tasks: { state: string; trace?: string }[] };
  const states = new Set([connector.state, ...tasks.map((task) => task.state)]);
  if (tasks.length === 0 && connector.state !== 'STOPPED') states.add('no tasks yet');
  return states;
}

/** `millrace standalone` on real Kafka, with a property file like the one that Kafka ships. */
export class StandaloneWorker {
  readonly url: string;
  readonly #folder: string;
  readonly #file: string;
  #process: MillraceProcess | null = null;

  private constructor(folder: string, file: string, url: string) {
    this.#folder = folder;
    this.#file = file;
    this.url = url;
  }

  /** Writes the worker's file into this folder; nothing runs yet. */
  static async in(folder: string, bootstrap: string, properties: Config = {}): Promise<StandaloneWorker> {
    const url = `http://127.0.0.1:${await freePort()}`;
    const file = join(folder, 'worker.properties');
    const all = {
      'bootstrap.servers': bootstrap,
      'key.converter': string,
      'value.converter': string,
      'offset.storage.file.filename': join(folder, 'connect.offsets'),
      'offset.flush.interval.ms': 500,
      listeners: url,
      ...properties,
    };
    const lines = Object.entries(all).map(([key, value]) => `${key}=${value}`);
    await writeFile(file, `# As connect-standalone.properties.\n${lines.join('\n')}\n`);
    return new StandaloneWorker(folder, file, url);
  }

  get stderr(): string {
    return this.#process?.stderr ?? '';
  }

  /** Starts the process, with these connectors from files of its own, and waits until REST answers. */
  async start(connectors: Readonly<Record<string, Config>> = {}, atEnd: AtEnd = onTestFinished): Promise<void> {
    const files = await Promise.all(
      Object.entries(connectors).map(async ([name, config]) => {
        const file = join(this.#folder, `${name}.json`);
        await writeFile(file, JSON.stringify({ name, config }));
        return file;
      }),
    );
    const started = new MillraceProcess(['standalone', this.#file, ...files], { atEnd });
    this.#process = started;
    await eventually(async () => {
      if (!(await fetch(this.url)).ok) throw new Error(`no good answer from ${this.url}`);
    });
  }

  /** Ends it as a service manager does. @throws Error if it does not end well */
  async stop(): Promise<void> {
    const { code, stderr } = (await this.#process?.stop('SIGTERM')) ?? { code: 0, stderr: '' };
    if (code !== 0) throw new Error(`the worker ended with exit code ${code}:\n${stderr}`);
  }

  async kill(): Promise<void> {
    await this.#process?.stop('SIGKILL');
  }
}
