import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../src/process/run.ts';
import { SupervisedProcess } from '../../src/process/supervised-process.ts';
import { until } from '../support/until.ts';

const owner = fileURLToPath(new URL('../support/owner.mjs', import.meta.url));

async function logFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-services-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'log');
}

/** A killed process whose parent has not asked for its end yet counts as ended. */
async function isAlive(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return signalReaches(pid);
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return status !== null && !/\) [ZX] /.test(status);
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function shell(script: string): Promise<SupervisedProcess> {
  const child = SupervisedProcess.start({ name: 'script', command: 'sh', args: ['-c', script], cwd: '.', logFile: await logFile() });
  onTestFinished(() => child.kill());
  return child;
}

describe('a supervised process', () => {
  it.each(['running', 'SIGSTOP'])('dies with its children when its owner is killed with kill -9 (%s)', async (state) => {
    const child = spawn(process.execPath, [owner, await logFile(), state], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { pid, grandchild } = JSON.parse(line.toString()) as { pid: number; grandchild: number };
    const before = await Promise.all([isAlive(pid), isAlive(grandchild)]);

    child.kill('SIGKILL');
    await until(async () => !(await isAlive(pid)) && !(await isAlive(grandchild)));

    expect(before).toEqual([true, true]);
  });

  it('is killed when it does not end in time, frozen or not', async () => {
    const stubborn = await shell("trap '' TERM; echo up; while :; do sleep 0.05; done");
    await stubborn.ready(async () => (await stubborn.logs()).includes('up'), 5000);
    stubborn.signal('SIGSTOP');

    await stubborn.stop(200);

    expect(stubborn.exit).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('ends in order when it can', async () => {
    const polite = await shell("trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done");
    await polite.ready(async () => (await polite.logs()).includes('up'), 5000);

    await polite.stop(5000);

    expect(polite.exit).toEqual({ code: 7, signal: null });
  });

  it('shows the end of its log when it ends before it is ready', async () => {
    const failing = await shell('echo "no space left"; exit 3');

    await expect(failing.ready(async () => false, 5000)).rejects.toThrow('script ended with code 3 before it was ready\nno space left');
  });

  it('says that a command is not there', async () => {
    const child = SupervisedProcess.start({ name: 'nobody', command: '/no/such/program', args: [], cwd: '.', logFile: await logFile() });

    await expect(child.ready(async () => false, 5000)).rejects.toThrow(/nobody ended with code 127[\s\S]*not found/);
  });
});

describe('a program that is run to its end', () => {
  it('gets its input, and what it printed is told apart', async () => {
    const result = await run('sh', ['-c', 'cat; echo loud >&2; exit 4'], { input: 'a\nb\n' });

    expect(result).toMatchObject({ code: 4, stdout: 'a\nb\n' });
    expect(result.output).toContain('loud');
  });

  it('is killed with its children when its time is over', async () => {
    const start = performance.now();

    const result = await run('sh', ['-c', 'sleep 600 & echo $!; wait'], { timeoutMs: 300 });

    expect(result.code).toBe(1);
    expect(performance.now() - start).toBeLessThan(5000);
    await until(async () => !(await isAlive(Number(result.stdout))));
  });

  it('has code 127 when it is not there', async () => {
    expect((await run('/no/such/program', [])).code).toBe(127);
  });
});
