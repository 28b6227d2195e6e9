/** Exit codes of `standalone` and `worker`, as of Kafka's own scripts. */
export const ExitCode = {
  OK: 0,
  /** The command line is wrong. */
  USAGE: 1,
  /** The worker could not start. */
  START_UP: 2,
  /** A connector named on the command line could not be created. */
  CONNECTOR: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Exit codes of every other verb. */
export const ClientExit = {
  OK: 0,
  /** The worker refused or could not do it, or a wait ended in failure. */
  RUNTIME: 1,
  /** The command line, a file or a configuration is wrong: mend it before trying again. */
  VALIDATION: 2,
  /** The worker cannot be reached or does not know us: address, network, TLS, credentials. */
  ENVIRONMENT: 3,
} as const;
export type ClientExit = (typeof ClientExit)[keyof typeof ClientExit];

/** An error that ends the command with a code of its own and one line for the reader. */
export class CommandError extends Error {
  readonly exitCode: ExitCode | ClientExit;
  /** What to do about it; null if the message says all. */
  readonly suggestion: string | null;

  constructor(exitCode: ExitCode | ClientExit, message: string, options: { readonly suggestion?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = exitCode;
    this.suggestion = options.suggestion ?? null;
  }
}

/** The text of an error for people: its message and, if it has one, the way out. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const suggestion = (error as { readonly suggestion?: unknown }).suggestion;
  return typeof suggestion === 'string' ? `${error.message.replace(/\.$/, '')}. ${suggestion}` : error.message;
}

/** Runs work whose failure means this exit code. */
export async function orExit<T>(exitCode: ExitCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(exitCode, explain(error), { cause: error });
  }
}
