import { inspect } from 'node:util';
import { levelNumbers } from '../../log/levels.ts';
import type { LogLevel, TaskServices } from '../task-services.ts';
import { traceOf } from '../trace.ts';
import type { SharedCells } from './shared-cells.ts';

type Fields = Readonly<Record<string, unknown>>;

const numbers: Readonly<Record<LogLevel, number>> = {
  error: levelNumbers.ERROR,
  warn: levelNumbers.WARN,
  info: levelNumbers.INFO,
  debug: levelNumbers.DEBUG,
};

/** Lines of a thread that may be on their way. */
const maxUnderWay = 1000;
/** Least time, in milliseconds, for which lines are dropped once they were too many, so that few lines say that lines are missing. */
const dropMs = 1000;

/**
 * The side of a thread's log that is in the thread. Lines that nobody would see do not cross. Lines that come faster than they can be written
 * are dropped and counted, because they would fill the memory and the time of the main thread. Invariant 7.
 */
export function threadLog(cells: SharedCells, send: TaskServices['log']): TaskServices['log'] {
  let dropped = 0;
  let droppingUntil = 0;
  const hasRoom = (): boolean => {
    if (dropped === 0) return cells.linesUnderWay < maxUnderWay;
    return cells.linesUnderWay < maxUnderWay / 2 && performance.now() >= droppingUntil;
  };
  return (level, message, fields, origin) => {
    if (numbers[level] < cells.threshold(origin)) return;
    if (!hasRoom()) {
      if (dropped === 0) droppingUntil = performance.now() + dropMs;
      dropped += 1;
      return;
    }
    if (dropped > 0) {
      cells.lineSent();
      send('warn', `${dropped} log lines were dropped: they came faster than they could be written`, {});
      dropped = 0;
    }
    cells.lineSent();
    send(level, typeof message === 'string' ? message : inspect(message), portableFields(fields), origin);
  };
}

function portableFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, portableField(value)]));
}

/** What a log line shows of a value, which may be anything. */
function portableField(value: unknown): unknown {
  if (value instanceof Error) return traceOf(value);
  if (typeof value === 'function' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  try {
    return structuredClone(value);
  } catch {
    return inspect(value);
  }
}
