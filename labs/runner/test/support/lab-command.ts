import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** How a command ended. */
interface LabExit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `pnpm lab` as people run it: the built program in a process of its own, killed when the test ends. */
export class LabCommand {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #closed: Promise<number | null>;

  /** @param environment Variables besides those of this process. */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    if (!existsSync(cli)) throw new Error('labs/runner/dist/cli.js is not built: run pnpm build first');
    this.child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...environment } });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.#closed = new Promise((resolve) => this.child.once('close', resolve));
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  async exit(): Promise<LabExit> {
    return { code: await this.#closed, stdout: this.stdout, stderr: this.stderr };
  }
}

/** A repository with one lab, `tiny`, and a folder for what its commands leave behind. */
export interface TinyRepository {
  readonly root: string;
  /** To be the folder for temporary files of the command. */
  readonly temporary: string;
  /** Folders that labs left there. */
  remains(): Promise<string[]>;
}

/** Makes a repository that is gone when the test ends. */
export async function tinyRepository(text: string): Promise<TinyRepository> {
  const root = await mkdtemp(join(tmpdir(), 'millrace-lab-test-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const temporary = join(root, 'temporary');
  for (const folder of ['connectors', 'labs/tiny', 'temporary']) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'labs/tiny/README.md'), text);
  return { root, temporary, remains: () => readdir(temporary) };
}
