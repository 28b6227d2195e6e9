import type { Writable } from 'node:stream';
import { inspect } from 'node:util';
import type { Logger } from '@millrace/api';
import { BoundedOutput, type LineOrigin } from './bounded-output.ts';
import { levelNumbers, levelOf, type LevelName } from './levels.ts';
import { jsonLine, textLine, type LogContext, type LogFormat } from './line-format.ts';
import { LogTail } from './log-tail.ts';
import { LoggerName } from './logger-names.ts';
import { LoggerRegistry, type NamedLogger } from './logger-registry.ts';
import { SecretMask } from './secret-mask.ts';

export type { LogContext, LogFormat };

/** The log of a worker: a logger whose lines carry their origin, from which those of its parts are made. */
export interface WorkerLog extends Logger {
  /** Level number below which lines of this logger are not written now. */
  readonly threshold: number;
  /** Levels of all loggers, for REST. */
  readonly loggers: LoggerRegistry;
  /** Values that lines hide. */
  readonly secrets: SecretMask;
  /** The latest lines of each connector, as JSON. */
  readonly tail: LogTail;
  /** The same logger for lines of a connector or a task. */
  child(context: LogContext): WorkerLog;
  /** Lines of the same context under another name: a class of Kafka Connect or of a plug-in. */
  named(logger: string): WorkerLog;
  /** Changes the form of the lines that follow. */
  setFormat(format: LogFormat): void;
}

export interface WorkerLogOptions {
  readonly format: LogFormat;
  /** Lowest level that is written, in whatever case. Default info. */
  readonly level?: string;
  /** Takes a finished line, with its line end. */
  write(line: string, origin: LineOrigin): void;
  /** Asked before a line is made. Default: always. */
  admits?(origin: LineOrigin): boolean;
}

export function createWorkerLog(options: WorkerLogOptions): WorkerLog {
  const loggers = new LoggerRegistry(levelOf(options.level ?? 'info') ?? 'INFO');
  const core: LogCore = {
    loggers,
    secrets: new SecretMask(),
    tail: new LogTail(),
    format: options.format,
    write: (line, origin) => options.write(line, origin),
    admits: (origin) => options.admits?.(origin) ?? true,
  };
  return new ContextLog(core, loggers.get(LoggerName.WORKER), {});
}

export interface OpenLog {
  readonly log: WorkerLog;
  /** Waits a moment for the last lines to be written. */
  readonly close: () => Promise<void>;
}

/**
 * A log that never waits for its stream, see {@link BoundedOutput}.
 * @param stream where lines go: as a rule the standard error of the process
 */
export function openWorkerLog(stream: Writable, options: { readonly format: LogFormat; readonly level?: string }): OpenLog {
  const output = new BoundedOutput(stream);
  const log = createWorkerLog({ ...options, write: output.write, admits: output.admits });
  output.onDropped = (source, count) => {
    const owner = source === '' ? log : log.child({ connector: source });
    owner.warn(`${count} log lines were dropped: they came faster than they could be written`);
  };
  process.on('exit', output.writeRest);
  return {
    log,
    close: async () => {
      process.off('exit', output.writeRest);
      await output.flush(closeTimeoutMs);
    },
  };
}

/** Time, in milliseconds, that the last lines have to be written. */
const closeTimeoutMs = 2000;

/** What all loggers of one log share. */
interface LogCore {
  readonly loggers: LoggerRegistry;
  readonly secrets: SecretMask;
  readonly tail: LogTail;
  format: LogFormat;
  write(line: string, origin: LineOrigin): void;
  admits(origin: LineOrigin): boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Below its logger's threshold a line costs one comparison. */
class ContextLog implements WorkerLog {
  readonly #core: LogCore;
  readonly #logger: NamedLogger;
  readonly #context: LogContext;

  constructor(core: LogCore, logger: NamedLogger, context: LogContext) {
    this.#core = core;
    this.#logger = logger;
    this.#context = context;
  }

  get threshold(): number {
    return this.#logger.threshold;
  }

  get loggers(): LoggerRegistry {
    return this.#core.loggers;
  }

  get secrets(): SecretMask {
    return this.#core.secrets;
  }

  get tail(): LogTail {
    return this.#core.tail;
  }

  error(message: string, fields?: Fields): void {
    if (this.#logger.threshold <= levelNumbers.ERROR) this.#write('ERROR', message, fields);
  }

  warn(message: string, fields?: Fields): void {
    if (this.#logger.threshold <= levelNumbers.WARN) this.#write('WARN', message, fields);
  }

  info(message: string, fields?: Fields): void {
    if (this.#logger.threshold <= levelNumbers.INFO) this.#write('INFO', message, fields);
  }

  debug(message: string, fields?: Fields): void {
    if (this.#logger.threshold <= levelNumbers.DEBUG) this.#write('DEBUG', message, fields);
  }

  child(context: LogContext): WorkerLog {
    return new ContextLog(this.#core, this.#logger, { ...this.#context, ...context });
  }

  named(logger: string): WorkerLog {
    return new ContextLog(this.#core, this.#core.loggers.get(logger), this.#context);
  }

  setFormat(format: LogFormat): void {
    this.#core.format = format;
  }

  #write(level: LevelName, message: string, fields: Fields | undefined): void {
    const core = this.#core;
    const origin: LineOrigin = { level: levelNumbers[level], source: this.#context.connector ?? '' };
    if (!core.admits(origin)) return;
    const line = { timeMs: Date.now(), level, logger: this.#logger.name, context: this.#context, message: textOf(message), fields };
    const { connector } = this.#context;
    const json = core.format === 'json' || connector !== undefined ? jsonLine(line, core.secrets) : '';
    if (connector !== undefined) core.tail.add(connector, json);
    core.write(core.format === 'json' ? json : textLine(line, core.secrets), origin);
  }
}

/** A plug-in without types may log anything. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message : inspect(message);
}
