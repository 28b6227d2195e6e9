import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../../../../runtime/cli/bundle/main.js', import.meta.url));
const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Takes what has to be done at the end of a test, or of several. */
export type AtEnd = (cleanUp: () => void | Promise<void>) => void;

interface MillraceProcessOptions {
  /** The working folder. Default: the root of the repository. */
  readonly cwd?: string;
  /** When the process is to be gone. Default: at the end of the test. */
  readonly atEnd?: AtEnd;
}

/** The `millrace` command as people run it: the built program in a process of its own, killed when the test ends. */
export class MillraceProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], { cwd = root, atEnd = onTestFinished }: MillraceProcessOptions = {}) {
    if (!existsSync(main)) throw new Error('runtime/cli/bundle/main.js is not built: run pnpm build first');
    this.child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    atEnd(() => void this.child.kill('SIGKILL'));
  }

  /** Exit code and everything that was printed. */
  async exit(): Promise<{ code: number | null; stdout: string; stderr: string }> {
    if (this.child.exitCode === null) await once(this.child, 'close');
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ code: number | null; stdout: string; stderr: string }> {
    this.child.kill(signal);
    return this.exit();
  }
}

/** Repeats until it holds. @throws the last error when it does not hold in time. */
export async function eventually<T>(assertion: () => T | Promise<T>, timeoutMs = 20_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A folder that is gone when the test ends, or whatever `atEnd` waits for. */
export async function temporaryFolder(atEnd: AtEnd = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
