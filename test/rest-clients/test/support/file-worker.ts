import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FileStreamSourceConnector } from '@millrace/file-stream';
import { createWorkerLog, startStandalone } from '@millrace/worker';

/** A worker that clients are tried on, and the truth about it, which does not come from the client. */
export interface FileWorker {
  readonly url: string;
  /** A configuration of a connector that runs. */
  readonly config: Readonly<Record<string, string>>;
  /** The answer to a GET, or null for 404. */
  get(path: string): Promise<unknown>;
  /** Waits until a connector and all of its tasks are in a state. */
  awaitState(name: string, state: string, tasks?: number): Promise<void>;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

interface Status {
  readonly connector: { readonly state: string };
  readonly tasks: readonly { readonly state: string }[];
}

const string = 'org.apache.kafka.connect.storage.StringConverter';
const basicAuth = 'org.apache.kafka.connect.rest.basic.auth.extension';

/** Stopped when the test ends. @param credentials those that it asks for */
export async function fileWorker(credentials?: Credentials): Promise<FileWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-clients-'));
  await writeFile(join(folder, 'in.txt'), 'one\ntwo\n');
  const worker = await startStandalone({
    properties: {
      'bootstrap.servers': 'embedded:',
      listeners: 'http://127.0.0.1:0',
      'key.converter': string,
      'value.converter': string,
      ...(credentials === undefined ? {} : await secured(folder, credentials)),
    },
    plugins: [
      {
        kind: 'source',
        className: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
        taskClassName: 'org.apache.kafka.connect.file.FileStreamSourceTask',
        aliases: [],
        version: '1.0.0',
        location: '@millrace/file-stream',
        load: () => Promise.resolve(FileStreamSourceConnector),
      },
    ],
    offsetsInMemory: true,
    applicationFolder: folder,
    log: createWorkerLog({ format: 'text', write: () => undefined }),
  });
  onTestFinished(async () => {
    await worker.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const get = (path: string): Promise<unknown> => answer(worker.url + path, credentials);
  return {
    url: worker.url,
    config: {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      'tasks.max': '1',
      topic: 'lines',
      file: join(folder, 'in.txt'),
    },
    get,
    awaitState: (name, state, tasks = 1) => awaitState(() => get(`/connectors/${name}/status`), state, tasks),
  };
}

async function secured(folder: string, { user, password }: Credentials): Promise<Record<string, string>> {
  const [jaas, users] = [join(folder, 'jaas.conf'), join(folder, 'users.properties')];
  await writeFile(users, `${user}=${password}\n`);
  await writeFile(jaas, `KafkaConnect { ${basicAuth}.PropertyFileLoginModule required file="${users}"; };\n`);
  return { 'rest.extension.classes': `${basicAuth}.BasicAuthSecurityRestExtension`, 'java.security.auth.login.config': jaas };
}

async function answer(url: string, credentials?: Credentials): Promise<unknown> {
  const encoded = Buffer.from(`${credentials?.user}:${credentials?.password}`).toString('base64');
  const response = await fetch(url, { headers: credentials === undefined ? {} : { authorization: `Basic ${encoded}` } });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function awaitState(status: () => Promise<unknown>, state: string, tasks: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const now = (await status()) as Status | null;
    const states = now === null ? [] : [now.connector.state, ...now.tasks.map((task) => task.state)];
    if (states.length === 1 + tasks && states.every((one) => one === state)) return;
    if (performance.now() > deadline) throw new Error(`expected ${state} and ${tasks} tasks, found ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
