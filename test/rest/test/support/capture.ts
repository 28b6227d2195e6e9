import { readFileSync } from 'node:fs';

/** One request to a real JVM worker and its answer, with placeholders where values differ from run to run. */
export interface Capture {
  readonly case: string;
  readonly note?: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** `{ text }` for a body that is to be sent as it is. */
    readonly body?: unknown;
  };
  readonly response: Answer;
}

/** An answer, normalised. */
export interface Answer {
  readonly status: number;
  readonly contentType?: string | null;
  readonly location?: string;
  readonly allow?: string;
  /** `{ text }` for a body that is not JSON, null for none. */
  readonly body: unknown;
}

/** The captures of one file, in the order in which they were taken. */
export function readCaptures(name: 'sequence' | 'special'): Capture[] {
  const file = new URL(`../../captures/${name}.jsonl`, import.meta.url);
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Capture);
}
