import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import picocolors from 'picocolors';
import { onTestFinished } from 'vitest';
import { createProgram, type Terminal } from '../../src/index.ts';

/** What a command printed and with which code it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly isInteractive?: boolean;
  /** What somebody answers to a question; null: nobody is there. */
  readonly answer?: boolean | null;
}

/** Runs a command in this process, with a terminal of its own. */
export async function millrace(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const ended = { code: 0, out: '', err: '' };
  const terminal: Terminal = {
    isInteractive: options.isInteractive ?? false,
    columns: 100,
    colors: picocolors.createColors(options.isInteractive ?? false),
    env: options.env ?? {},
    out: (text) => void (ended.out += `${text}\n`),
    err: (text) => void (ended.err += `${text}\n`),
    exitWith: (code) => void (ended.code = code),
    confirm: (question) => {
      if (options.answer !== undefined) ended.err += `${question}\n`;
      return Promise.resolve(options.answer ?? null);
    },
    readInput: () => Promise.resolve(options.input ?? ''),
  };
  await createProgram(terminal)
    .parseAsync(args, { from: 'user' })
    .catch((error: unknown) => {
      if (!(error instanceof CommanderError)) throw error;
      ended.code = error.exitCode === 0 ? 0 : 2;
    });
  return ended;
}

/** The envelope that `-o json` prints. */
export interface Envelope {
  readonly command: string;
  readonly ok: boolean;
  readonly summary: Readonly<Record<string, number>>;
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string; readonly suggestion: string | null } | null;
}

export function envelopeOf({ out }: Ended): Envelope {
  return JSON.parse(out) as Envelope;
}

/** A folder that is gone when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
