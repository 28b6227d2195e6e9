import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const clockTicksPerSecond = 100;
const readyPollMs = 2;
const readyTimeoutMs = 30_000;

/** A standalone worker on the embedded log in a process of its own, pinned to one core where the machine can do that. */
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

  static async start(properties: Readonly<Record<string, string>>): Promise<WorkerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
    const port = await freePort();
    const all = {
      'bootstrap.servers': 'embedded:',
      listeners: `http://127.0.0.1:${port}`,
      'offset.storage.file.filename': join(folder, 'offsets'),
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
    const child = spawn(...pinned(process.execPath, [mainScript(), 'standalone', file]), { stdio: ['ignore', 'inherit', 'inherit'] });
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(child, url);
    return new WorkerProcess(child, folder, url, performance.now() - startedAt);
  }

  async create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    const response = await fetch(`${this.url}/connectors`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, config }),
    });
    if (!response.ok) throw new Error(`creating ${name}: ${await response.text()}`);
  }

  /** Resident memory in megabytes. */
  rssMb(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  /** Processor seconds used so far, by all threads. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
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
  return join(dirname(require.resolve('millrace/package.json')), 'dist/main.js');
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
