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

/** An error that ends the command with a code of its own and one line for the reader. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

/** The text of an error for people: its message and, if it has one, the way out. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const suggestion = (error as { readonly suggestion?: unknown }).suggestion;
  return typeof suggestion === 'string' ? `${error.message}. ${suggestion}` : error.message;
}

/** Runs work whose failure means this exit code. */
export async function orExit<T>(exitCode: ExitCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(exitCode, explain(error), error);
  }
}
