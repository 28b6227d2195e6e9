import { ClientExit, CommandError } from '../exit-codes.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';

export interface PatchOptions {
  /** `key=value`, each. */
  readonly set: readonly string[];
  /** Keys. */
  readonly remove: readonly string[];
}

/** `millrace patch connector NAME -s key=value -r key` (KIP-477). */
export async function patchConnector({ client }: VerbContext, name: string, options: PatchOptions): Promise<Report> {
  const patch: Record<string, string | null> = {};
  for (const text of options.set) {
    const { key, value } = assignment(text);
    patch[key] = value;
  }
  for (const key of options.remove) {
    if (Object.hasOwn(patch, key)) throw new CommandError(ClientExit.VALIDATION, `${key} is both set and removed`);
    patch[key] = null;
  }
  const keys = Object.keys(patch);
  if (keys.length === 0) {
    throw new CommandError(ClientExit.VALIDATION, 'Nothing to change', {
      suggestion: 'Set keys with -s key=value, remove them with -r key',
    });
  }
  const worker = await client();
  const info = await worker.patchConfig(name, patch);
  return {
    summary: { set: options.set.length, removed: options.remove.length },
    result: info,
    names: [name],
    text: () => `${name} patched: ${keys.join(', ')}`,
  };
}

/** `millrace patch logger NAME --level LEVEL` (KIP-495): of this logger and all below it. */
export async function patchLogger({ client }: VerbContext, name: string, options: { readonly level: string }): Promise<Report> {
  const level = options.level.toUpperCase();
  const loggers = await (await client()).setLogLevel(name, level);
  return {
    summary: { loggers: loggers.length },
    result: { level, loggers },
    names: loggers,
    text: () => loggers.map((logger) => `${logger} ${level}`).join('\n'),
  };
}

function assignment(text: string): { readonly key: string; readonly value: string } {
  const end = text.indexOf('=');
  if (end > 0) return { key: text.slice(0, end), value: text.slice(end + 1) };
  throw new CommandError(ClientExit.VALIDATION, `-s ${text} sets nothing`, { suggestion: 'Write -s key=value' });
}
