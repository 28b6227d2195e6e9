import { exec, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { stepsOf, withOutputs, type DocumentedCommand } from './support/console-blocks.ts';
import { eventually, freePort, temporaryFolder } from './support/millrace-process.ts';

const docs = fileURLToPath(new URL('../../../docs/cli.md', import.meta.url));
const main = fileURLToPath(new URL('../../../runtime/cli/bundle/main.js', import.meta.url));
const isUpdate = process.env['UPDATE_DOCS'] === '1';
/** Commands that change nothing, whose answer may take a moment to become what it says. */
const readOnly = /^millrace (?:get|describe|diff|info|logs) /;

/** A shell in a folder of its own, with `millrace` in its path, beside a worker. */
class Shell {
  readonly folder: string;
  readonly #port: number;

  constructor(folder: string, port: number) {
    this.folder = folder;
    this.#port = port;
  }

  get env(): NodeJS.ProcessEnv {
    const { PATH, ...rest } = process.env;
    return {
      ...rest,
      PATH: `${join(this.folder, '.bin')}:${PATH}`,
      HOME: this.folder,
      XDG_CONFIG_HOME: '',
      MILLRACE_URL: this.real('http://localhost:8083'),
    };
  }

  /** The port in place of that of the document. */
  real(text: string): string {
    return text.replaceAll('8083', String(this.#port));
  }

  /** Standard output and error of a command, as the document would have them. */
  async run(command: string): Promise<string> {
    const { cwd, env } = { cwd: this.folder, env: this.env };
    const output = await new Promise<string>((resolve) => {
      exec(`exec 2>&1; ${this.real(command)}`, { cwd, env }, (_error, stdout) => resolve(stdout));
    });
    return this.#documented(output);
  }

  /** Replaces what is another in each run: port, folder, times, names of clusters, and how many plug-ins there are. */
  #documented(text: string): string {
    return text
      .replaceAll(String(this.#port), '8083')
      .replaceAll(this.folder, '/home/you')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-31T12:00:00.000Z')
      .replace(/(\d+) of \1 plug-ins load/, '54 of 54 plug-ins load')
      .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '4f7c2b1e-9d3a-4c58-8e6f-2a1b0c9d8e7f');
  }
}

async function openShell(): Promise<Shell> {
  const shell = new Shell(await temporaryFolder(), await freePort());
  await mkdir(join(shell.folder, '.bin'));
  await writeFile(join(shell.folder, '.bin', 'millrace'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
  return shell;
}

/** Starts the worker that the document describes. */
async function startWorker(shell: Shell): Promise<void> {
  const worker = spawn(process.execPath, [main, 'standalone', 'worker.properties'], {
    cwd: shell.folder,
    env: shell.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  worker.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  await eventually(async () => {
    if (worker.exitCode !== null) throw new Error(`The worker ended with ${worker.exitCode}:\n${log}`);
    expect(await shell.run('millrace info -o name')).toBe('http://localhost:8083\n');
  });
}

/** Waits until a command says the same twice, for the update of the document. */
async function settled(shell: Shell, command: string): Promise<string> {
  let before = await shell.run(command);
  await eventually(async () => {
    const last = before;
    before = await shell.run(command);
    expect(before).toBe(last);
  });
  return before;
}

async function carriedOut(shell: Shell, documented: readonly DocumentedCommand[]): Promise<DocumentedCommand[]> {
  const done: DocumentedCommand[] = [];
  for (const { command, output } of documented) {
    if (isUpdate) {
      done.push({ command, output: readOnly.test(command) ? await settled(shell, command) : await shell.run(command) });
    } else if (readOnly.test(command)) {
      await eventually(async () => expect(`$ ${command}\n${await shell.run(command)}`).toBe(`$ ${command}\n${output}`));
    } else {
      expect(`$ ${command}\n${await shell.run(command)}`).toBe(`$ ${command}\n${output}`);
    }
  }
  return done;
}

// UPDATE_DOCS=1 writes what the commands print now into the document.
it('prints what docs/cli.md shows', { timeout: 120_000 }, async () => {
  const markdown = await readFile(docs, 'utf8');
  const shell = await openShell();
  const outputs: DocumentedCommand[][] = [];
  for (const step of stepsOf(markdown)) {
    if ('commands' in step) {
      outputs.push(await carriedOut(shell, step.commands));
      continue;
    }
    const { name, text } = step.file;
    await mkdir(join(shell.folder, name, '..'), { recursive: true });
    await writeFile(join(shell.folder, name), shell.real(text));
    if (name === 'worker.properties') await startWorker(shell);
  }
  if (isUpdate) await writeFile(docs, withOutputs(markdown, outputs));
  expect(outputs.length).toBeGreaterThan(10);
});
