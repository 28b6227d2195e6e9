import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import type { Logger } from '@millrace/api';

/** Forms of a log line: for people, or one JSON object. */
export type LogFormat = 'text' | 'json';

/** A logger that can hand out children which add fields, such as connector and task, to each line. */
export interface WorkerLog extends Logger {
  child(fields: Readonly<Record<string, unknown>>): WorkerLog;
  setLevel(level: string): void;
}

export interface WorkerLogOptions {
  readonly format: LogFormat;
  /** Lowest level that is written. Default info. */
  readonly level?: string;
  write(line: string): void;
}

export function createWorkerLog(options: WorkerLogOptions): WorkerLog {
  const destination: DestinationStream = {
    write: options.format === 'json' ? (line) => options.write(line) : (line) => options.write(textLine(line)),
  };
  return wrap(pino({ level: options.level ?? 'info', base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination));
}

function wrap(logger: Pino): WorkerLog {
  const write =
    (level: 'error' | 'warn' | 'info' | 'debug') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      logger[level](fields, message);
  return {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    child: (fields) => wrap(logger.child(fields)),
    setLevel: (level) => {
      logger.level = level;
    },
  };
}

const levels: Readonly<Record<number, string>> = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };

/** What pino writes of each line, besides the fields of the caller. */
interface LogLine {
  readonly time: string;
  readonly level: number;
  readonly msg: string;
  readonly connector?: string;
  readonly task?: number;
  readonly [field: string]: unknown;
}

/** `[time] LEVEL [connector|task-0] message (key=value)`, near to what readers of Kafka's logs know. */
function textLine(json: string): string {
  const { time, level, msg, connector, task, ...fields } = JSON.parse(json) as LogLine;
  const context = connector === undefined ? '' : ` [${connector}${task === undefined ? '' : `|task-${task}`}]`;
  const extra = Object.entries(fields).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `[${time}] ${levels[level] ?? 'INFO'}${context} ${msg}${extra.length === 0 ? '' : ` (${extra.join(', ')})`}\n`;
}
