import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ConnectClient } from '../client/connect-client.ts';
import { ClientExit, CommandError, explain } from '../exit-codes.ts';
import type { GlobalOptions, OutputFormat } from '../program/global-options.ts';
import type { Terminal } from '../terminal.ts';
import type { Problem, Report } from './report.ts';

/** What a verb works with. */
export interface VerbContext {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  /** The worker that options and contexts name. @throws CommandError if they are wrong. */
  readonly client: () => Promise<ConnectClient>;
}

/** Runs a verb and prints its report, or its error, in the form that was asked for. Sets the exit code. */
export async function runVerb(terminal: Terminal, command: Command, work: (context: VerbContext) => Promise<Report>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const name = verbName(command);
  const context: VerbContext = { terminal, options, client: () => openClient(terminal, options) };
  try {
    await print(terminal, options, name, await work(context));
  } catch (error) {
    const exitCode = error instanceof CommandError ? error.exitCode : ClientExit.RUNTIME;
    terminal.exitWith(exitCode);
    if (!isEnvelope(options.output)) {
      terminal.err(`millrace: ${explain(error)}`);
      return;
    }
    const suggestion = error instanceof CommandError ? error.suggestion : null;
    const message = error instanceof Error ? error.message : String(error);
    const problem: Problem = { exitCode, message, ...(suggestion === null ? {} : { suggestion }) };
    terminal.out(await envelope(options.output, { command: name, ok: false, summary: {}, result: null, error: problemOf(problem) }));
  }
}

/** How often, in milliseconds, a watched verb runs anew. */
const watchIntervalMs = 1000;
const clearScreen = '\u001B[2J\u001B[H';

/**
 * Runs a verb again and again until the process is told to stop, and prints its report each time that it differs: over the last one where somebody
 * looks, below it in a file or a pipe. A worker that is away meanwhile is reported once, and waited for.
 */
export async function watchVerb(terminal: Terminal, command: Command, work: (context: VerbContext) => Promise<Report>): Promise<void> {
  let printed = '';
  const show = (text: string, write: (text: string) => void): void => {
    if (text === printed) return;
    write(terminal.isInteractive ? `${clearScreen}${text}` : text);
    printed = text;
  };
  const observed: Terminal = {
    ...terminal,
    out: (text) => show(text, (changed) => terminal.out(changed)),
    err: (text) => show(text, (changed) => terminal.err(changed)),
    exitWith: () => undefined,
  };
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  while (!stopped.signal.aborted) {
    await runVerb(observed, command, work);
    // Ends early by the signal, which is looked at next.
    await pause(watchIntervalMs, undefined, { signal: stopped.signal }).catch(() => undefined);
  }
  terminal.exitWith(ClientExit.OK);
}

/** Loaded only now: a worker, which has verbs too, is to start without it. */
async function openClient(terminal: Terminal, options: GlobalOptions): Promise<ConnectClient> {
  const [{ ConnectClient }, { openConnection }] = await Promise.all([
    import('../client/connect-client.ts'),
    import('../context/connection.ts'),
  ]);
  return new ConnectClient(await openConnection(terminal.env, options));
}

async function print(terminal: Terminal, options: GlobalOptions, command: string, report: Report): Promise<void> {
  const { problem } = report;
  terminal.exitWith(problem?.exitCode ?? ClientExit.OK);
  if (isEnvelope(options.output)) {
    const { summary, result } = report;
    const error = problem === undefined ? null : problemOf(problem);
    terminal.out(await envelope(options.output, { command, ok: problem === undefined, summary, result, error }));
    return;
  }
  const text = options.output === 'name' ? report.names.join('\n') : options.quiet === true ? '' : report.text(options.output === 'wide');
  if (text !== '') terminal.out(text);
  if (problem !== undefined) terminal.err(`millrace: ${explain(new CommandError(ClientExit.RUNTIME, problem.message, problem))}`);
}

/** The one shape of every answer in JSON and YAML. */
interface Envelope {
  readonly command: string;
  readonly ok: boolean;
  readonly summary: Report['summary'];
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string; readonly suggestion: string | null } | null;
}

const codes: Readonly<Record<number, string>> = { 1: 'runtime', 2: 'validation', 3: 'environment' };

function problemOf({ exitCode, message, suggestion }: Problem): NonNullable<Envelope['error']> {
  return { code: codes[exitCode] ?? 'runtime', message, suggestion: suggestion ?? null };
}

function isEnvelope(format: OutputFormat): format is 'json' | 'yaml' {
  return format === 'json' || format === 'yaml';
}

async function envelope(format: 'json' | 'yaml', content: Envelope): Promise<string> {
  const { exactJson, withDigits } = await import('../client/exact-json.ts');
  if (format === 'json') return exactJson(content, 2);
  const { stringify } = await import('yaml');
  return withDigits(stringify(content, { lineWidth: 0 })).trimEnd();
}

/** `get connectors`, without the name of the program. */
function verbName(command: Command): string {
  const names: string[] = [];
  for (let current = command; current.parent !== null; current = current.parent) names.unshift(current.name());
  return names.join(' ');
}
