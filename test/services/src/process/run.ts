import { spawn } from 'node:child_process';
import { GATE, guard, OPEN_GATE, unguard } from './watchdog.ts';

/** How a program ended and what it printed. */
export interface RunResult {
  /** 127 when the program could not be started, 1 when a signal ended it. */
  readonly code: number;
  /** Standard output and standard error as they came. */
  readonly output: string;
  readonly stdout: string;
}

/** How to run a program to its end. */
export interface RunOptions {
  readonly cwd?: string;
  /** Written to standard input. Default: nothing, it is at its end. */
  readonly input?: string;
  /** Milliseconds after which it is killed. Default: two minutes. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end and keeps what it prints. Never throws for what the program does. It dies with this process. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, input = '', timeoutMs = 120_000 }: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', `${GATE}; exec "$@"`, command, command, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) guard(pid);
    const timer = setTimeout(() => {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    }, timeoutMs);
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: error.message, stdout });
    });
    child.on('exit', () => {
      clearTimeout(timer);
      if (pid !== undefined) unguard(pid);
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output, stdout }));
    // A program may end before it has read its input; how it ended says enough.
    child.stdin.on('error', () => undefined);
    child.stdin.end(OPEN_GATE + input);
  });
}
