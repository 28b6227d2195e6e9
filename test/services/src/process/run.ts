import { spawn } from 'node:child_process';

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

/** Runs a program to its end and keeps what it prints. Never throws for what the program does. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, input = '', timeoutMs = 120_000 }: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...(cwd === undefined ? {} : { cwd }), timeout: timeoutMs, killSignal: 'SIGKILL' });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', (error) => resolve({ code: 127, output: error.message, stdout }));
    child.on('close', (code) => resolve({ code: code ?? 1, output, stdout }));
    // A program may end before it has read its input; how it ended says enough.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
