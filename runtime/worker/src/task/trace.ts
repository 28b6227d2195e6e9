import { errorClassOf, messageOrNull } from './error-message.ts';

/** Text of an error with its causes, as `trace` of a status shows it: the Java name first, since that is what people search for. */
export function traceOf(error: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (let current: unknown = error; current !== undefined && current !== null && !seen.has(current); current = causeOf(current)) {
    seen.add(current);
    parts.push(describe(current));
  }
  return parts.join('\nCaused by: ');
}

function causeOf(error: unknown): unknown {
  return (error as { readonly cause?: unknown }).cause;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = messageOrNull(error);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [errorClassOf(error) + (message === null ? '' : `: ${message}`), ...frames.map((line) => `\t${line.trim()}`)].join('\n');
}
