import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createConnector } from './connector-requests.ts';
import { cpuSeconds, rssMb } from './process-usage.ts';

const readyPollMs = 2;
const readyTimeoutMs = 30_000;

export interface WorkerProcessOptions {
  /** Default: standalone. A `worker` is ready when it is healthy. */
  readonly command?: 'standalone' | 'worker';
  /** Whether it may use one core only, where the machine can do that. Default: true. */
  readonly isPinned?: boolean;
  /** Options for Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** A worker in a process of its own; a standalone one is on the embedded log unless its properties name another one. */
export class WorkerProcess {
  readonly folder: string;
  readonly url: string;
  /** Milliseconds from the start of the process to its first REST answer. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, folder: string, url: string, startMs: number) {
    this.#child = child;
    this.folder = folder;
    this.url = url;
    this.startMs = startMs;
  }

  static async start(
    properties: Readonly<Record<string, string>>,
    { command = 'standalone', isPinned = true, nodeOptions = [] }: WorkerProcessOptions = {},
  ): Promise<WorkerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
    const port = await freePort();
    const all = {
      'bootstrap.servers': 'embedded:',
      listeners: `http://127.0.0.1:${port}`,
      ...(command === 'standalone' ? { 'offset.storage.file.filename': join(folder, 'offsets') } : {}),
      ...properties,
    };
    const file = join(folder, 'worker.properties');
    await writeFile(
      file,
      Object.entries(all)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    const startedAt = performance.now();
    const args = [...nodeOptions, mainScript(), command, file];
    const program = isPinned ? pinned(process.execPath, args) : ([process.execPath, args] as const);
    const child = spawn(...program, { stdio: ['ignore', 'inherit', 'inherit'] });
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(child, command === 'standalone' ? url : `${url}/health`);
    return new WorkerProcess(child, folder, url, performance.now() - startedAt);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the worker has not started');
    return this.#child.pid;
  }

  async create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await createConnector(this.url, name, config);
  }

  /** Resident memory in megabytes. */
  rssMb(): number {
    return rssMb(this.pid);
  }

  /** Processor seconds used so far, by all threads. */
  cpuSeconds(): number {
    return cpuSeconds(this.pid);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await exited;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The command pinned to the first core, or as it is where `taskset` is missing. */
export function pinned(command: string, args: readonly string[]): [string, string[]] {
  const hasTaskset = spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;
  return hasTaskset ? ['taskset', ['-c', '0', command, ...args]] : [command, [...args]];
}

function mainScript(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('millrace/package.json')), 'bundle/main.js');
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the worker ended with exit code ${child.exitCode}`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, readyPollMs));
    }
  }
  throw new Error(`no answer from ${url} after ${readyTimeoutMs} ms`);
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
