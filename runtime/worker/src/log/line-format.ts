import { traceOf } from '../task/trace.ts';
import { hiddenText, isSecretKey, type SecretMask } from './secret-mask.ts';

/** Forms of a log line: for people, or one JSON object. */
export type LogFormat = 'text' | 'json';

/** Whose line it is. Without a connector it is the worker's own. */
export interface LogContext {
  readonly connector?: string;
  /** Number of the task; none: the connector itself. */
  readonly task?: number;
}

/** A line before it is text. */
export interface LogLine {
  readonly timeMs: number;
  readonly level: string;
  readonly logger: string;
  readonly context: LogContext;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** Longest text, in characters, of a message or a field: what somebody logs by mistake must not fill the memory. */
const maxTextLength = 32_768;

/** What must not reach a terminal. */
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * `[time] LEVEL [connector|task-0] message (key=value) (logger)`, near to what readers of Kafka's logs know. Further lines of a text are indented,
 * so that nothing that is logged looks like a line of its own.
 */
export function textLine(line: LogLine, mask: SecretMask): string {
  const { error, ...fields } = line.fields ?? {};
  const context = connectorContext(line.context);
  const shown = Object.entries(fields).map(([key, value]) => `${key}=${fieldText(key, value, mask)}`);
  const extra = shown.length === 0 ? '' : ` (${shown.join(', ')})`;
  const trace = error === undefined || error === null ? '' : errorText(errorTrace(error, mask));
  const time = new Date(line.timeMs).toISOString();
  const text = `${cut(mask.hide(line.message))}${extra}${trace} (${line.logger})`;
  return `[${time}] ${line.level}${context === '' ? '' : ` ${context}`} ${oneEntry(text)}\n`;
}

/** One JSON object: `time`, `level`, `logger`, `thread`, `connector`, `task`, `message`, `fields`, `error` with `message` and `stack`. */
export function jsonLine(line: LogLine, mask: SecretMask): string {
  const { error, ...fields } = line.fields ?? {};
  const head = {
    time: new Date(line.timeMs).toISOString(),
    level: line.level,
    logger: line.logger,
    thread: threadName(line.context),
    ...line.context,
    message: cut(mask.hide(line.message)),
  };
  const tail = {
    ...(Object.keys(fields).length === 0 ? {} : { fields: plain(fields, mask) }),
    ...(error === undefined || error === null ? {} : { error: errorObject(error, mask) }),
  };
  return `${JSON.stringify({ ...head, ...tail })}\n`;
}

/** Kafka Connect's `connector.context` (KIP-449), without the blank at its end; empty for the worker's own lines. */
function connectorContext({ connector, task }: LogContext): string {
  if (connector === undefined) return '';
  return `[${connector}|${task === undefined ? 'worker' : `task-${task}`}]`;
}

/** The name that the thread of such a line has in Kafka Connect. */
function threadName({ connector, task }: LogContext): string {
  if (connector === undefined) return 'main';
  return task === undefined ? `connector-thread-${connector}` : `task-thread-${connector}-${task}`;
}

function errorObject(error: unknown, mask: SecretMask): { readonly class?: string; readonly message: string; readonly stack?: string } {
  const trace = errorTrace(error, mask);
  const [first = '', ...frames] = trace.split('\n');
  const named = /^([\w$.]+): (.*)$/.exec(first);
  const hasClass = named !== null && (error instanceof Error || frames.length > 0);
  return {
    ...(hasClass ? { class: named[1] as string } : {}),
    message: hasClass ? (named[2] as string) : first,
    ...(frames.length > 0 ? { stack: trace } : {}),
  };
}

function errorTrace(error: unknown, mask: SecretMask): string {
  if (error instanceof Error) return cut(mask.hide(traceOf(error)));
  return typeof error === 'string' ? cut(mask.hide(error)) : fieldText('error', error, mask);
}

function errorText(trace: string): string {
  return trace.includes('\n') ? `\n${trace}\n` : `: ${trace}`;
}

function fieldText(key: string, value: unknown, mask: SecretMask): string {
  const shown = plain({ [key]: value }, mask)[key];
  return typeof shown === 'string' ? shown : (JSON.stringify(shown) ?? 'undefined');
}

/** The value as JSON can hold it, without secrets. What cannot be written is said so: a log call never throws. */
function plain(value: Readonly<Record<string, unknown>>, mask: SecretMask): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(value, (key, item: unknown) => plainItem(key, item, mask))) as Record<string, unknown>;
  } catch (error) {
    return Object.fromEntries(
      Object.keys(value).map((key) => [key, `cannot be shown: ${(error as Error).message.split('\n', 1)[0] ?? ''}`]),
    );
  }
}

function plainItem(key: string, item: unknown, mask: SecretMask): unknown {
  if (item === null || item === undefined) return null;
  if (isSecretKey(key)) return hiddenText;
  if (typeof item === 'string') return cut(mask.hide(item));
  if (typeof item === 'bigint' || typeof item === 'symbol' || typeof item === 'function') return String(item);
  if (item instanceof Map) return Object.fromEntries(item);
  if (item instanceof Set) return [...item];
  return item instanceof Error ? errorTrace(item, mask) : item;
}

function cut(text: string): string {
  if (text.length <= maxTextLength) return text;
  return `${text.slice(0, maxTextLength)}… (${text.length - maxTextLength} characters more)`;
}

function oneEntry(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\n\t?/g, '\n\t')
    .replace(controlCharacter, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
