import type { ConnectClient, LoggerLevel } from '../client/connect-client.ts';
import { exactJson } from '../client/exact-json.ts';
import { ClientExit, CommandError } from '../exit-codes.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { isNamed } from './describe.ts';

export interface LogsOptions {
  /** Go on with lines as they come, until Ctrl-C or the end of `for`. */
  readonly follow?: boolean;
  /** Latest lines to begin with. */
  readonly limit: number;
  /** Level of the connector's package meanwhile; it is put back at the end. */
  readonly level?: string;
  /** Milliseconds to follow. */
  readonly for?: number;
}

/** A line of the worker's log, as `GET /admin/logs` has it. */
interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly task?: number;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string; readonly stack?: string };
}

/** `millrace logs connector NAME`: the latest lines that the worker keeps, and with `-f` those to come. */
export async function logs(context: VerbContext, name: string, options: LogsOptions): Promise<Report> {
  const client = await context.client();
  const info = await client.connectorInfo(name);
  const follow = options.follow === true || options.for !== undefined;
  if (options.level !== undefined && !follow) {
    throw new CommandError(ClientExit.VALIDATION, '--level holds while lines are followed', { suggestion: 'Add -f, or --for 10m' });
  }
  const restore = options.level === undefined ? null : await raiseLevel(client, info.config['connector.class'] ?? '', options.level);
  const lines: LogLine[] = [];
  try {
    await read(client, name, { ...options, follow }, (line) => {
      if (follow && context.options.output !== 'json' && context.options.output !== 'yaml') context.terminal.out(lineText(line));
      else lines.push(line);
    });
  } finally {
    await restore?.();
  }
  return { summary: { lines: lines.length }, result: { connector: name, lines }, names: [], text: () => lines.map(lineText).join('\n') };
}

async function read(client: ConnectClient, name: string, options: LogsOptions, onLine: (line: LogLine) => void): Promise<void> {
  const end = new AbortController();
  const stream = client.logs(name, { limit: options.limit, follow: options.follow === true, signal: end.signal });
  const ended = endOf(options);
  try {
    for (;;) {
      const next = await Promise.race([stream.next(), ended.promise]);
      if (next === null || next.done === true) return;
      onLine(next.value as LogLine);
    }
  } finally {
    end.abort();
    ended.cancel();
  }
}

/** Resolves to null when the time is up or somebody presses Ctrl-C. */
function endOf(options: LogsOptions): { readonly promise: Promise<null>; cancel(): void } {
  let end: () => void = () => undefined;
  const promise = new Promise<null>((resolve) => {
    end = () => resolve(null);
  });
  const timer = options.for === undefined ? undefined : setTimeout(end, options.for);
  if (options.follow === true) process.once('SIGINT', end);
  return {
    promise,
    cancel: () => {
      clearTimeout(timer);
      process.off('SIGINT', end);
    },
  };
}

/** Sets the level of the package of a class, to which connector and tasks belong; the answer puts all levels back. */
async function raiseLevel(client: ConnectClient, name: string, level: string): Promise<() => Promise<void>> {
  const plugins = await client.plugins(true);
  const className = plugins.find((plugin) => isNamed(plugin.class, name))?.class ?? name;
  const logger = className.slice(0, Math.max(className.lastIndexOf('.'), 0)) || className;
  const before = await client.loggers();
  const inherited = nearest(before, logger);
  await client.setLogLevel(logger, level.toUpperCase());
  return async () => {
    await client.setLogLevel(logger, inherited);
    for (const [below, { level }] of Object.entries(before)) {
      if (below.startsWith(`${logger}.`) && level !== inherited) await client.setLogLevel(below, level);
    }
  };
}

/** The level that counts for a logger: its own, or that of the next one above it. */
function nearest(loggers: Readonly<Record<string, LoggerLevel>>, logger: string): string {
  for (let name = logger; name !== ''; name = name.slice(0, Math.max(name.lastIndexOf('.'), 0))) {
    const level = loggers[name]?.level;
    if (level !== undefined) return level;
  }
  return loggers['root']?.level ?? 'INFO';
}

/** What must not reach a terminal. */
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function lineText({ time, level, task, message, fields = {}, error }: LogLine): string {
  const shown = Object.entries(fields).map(([key, value]) => `${key}=${typeof value === 'string' ? value : exactJson(value)}`);
  const head = `[${time}] ${level}${task === undefined ? '' : ` [task-${task}]`} ${message}${shown.length === 0 ? '' : ` (${shown.join(', ')})`}`;
  const trace = error === undefined ? '' : error.stack === undefined ? `: ${error.message}` : `\n${error.stack}`;
  return `${head}${trace}`.replaceAll('\n', '\n    ').replace(controlCharacter, '?');
}
