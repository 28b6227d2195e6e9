import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import picocolors from 'picocolors';

/** Where a command reads and writes. Tests put their own in place of the process. */
export interface Terminal {
  /** Whether somebody looks at the output as it comes. */
  readonly isInteractive: boolean;
  readonly columns: number;
  readonly colors: ReturnType<typeof picocolors.createColors>;
  readonly env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
  /** The code with which the process will end. */
  exitWith(code: number): void;
  /** Asks somebody at the terminal; null if nobody is there. */
  confirm(question: string): Promise<boolean | null>;
  /** All of the standard input. */
  readInput(): Promise<string>;
}

/** The terminal of this process; colour only where somebody looks and has not asked to be spared (`NO_COLOR`, `--no-color`). */
export function processTerminal(): Terminal {
  const isInteractive = process.stdout.isTTY;
  const isSpared = process.env['NO_COLOR'] !== undefined || process.env['TERM'] === 'dumb' || process.argv.includes('--no-color');
  return {
    isInteractive,
    columns: process.stdout.columns ?? 100,
    colors: picocolors.createColors(isInteractive && !isSpared),
    env: process.env,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    exitWith: (code) => {
      process.exitCode = code;
    },
    confirm: (question) => (process.stdin.isTTY && isInteractive ? confirm(question) : Promise.resolve(null)),
    readInput: () => text(process.stdin),
  };
}

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
