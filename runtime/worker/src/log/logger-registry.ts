import { levelNumbers, type LevelName } from './levels.ts';
import { kafkaNamesOf, runtimeLoggers } from './logger-names.ts';

/** What is known of a logger. */
export interface LoggerLevel {
  readonly level: LevelName;
  /** When the level was last changed, in milliseconds since the epoch; null if it never was. */
  readonly lastModified: number | null;
}

/** A named source of log lines. */
export interface NamedLogger {
  readonly name: string;
  /** Lines below this level number are not written. Read for each line, so a plain field. */
  readonly threshold: number;
}

interface Entry {
  readonly name: string;
  threshold: number;
  level: LevelName;
  lastModified: number | null;
}

const rootName = 'root';

/**
 * The loggers of a worker and their levels, as `org.apache.kafka.connect.runtime.Loggers`: names form a tree by their dots, a level that is set
 * holds for the logger and all that are known below it, and a logger that comes later takes the level of the nearest known one above it.
 * Levels live as long as the worker.
 */
export class LoggerRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #root: Entry;
  readonly #now: () => number;

  constructor(rootLevel: LevelName, now: () => number = Date.now) {
    this.#now = now;
    this.#root = { name: rootName, level: rootLevel, threshold: levelNumbers[rootLevel], lastModified: null };
    this.#entries.set(rootName, this.#root);
    for (const name of runtimeLoggers) this.get(name);
  }

  /** The logger of this name; from now on it is known. */
  get(name: string): NamedLogger {
    return this.#get(name);
  }

  /** Null for a logger that nothing logs to and nobody has set. */
  level(name: string): LoggerLevel | null {
    return this.#entries.get(isRoot(name) ? rootName : name) ?? null;
  }

  /** All loggers by name, in order, without those that are OFF, as Kafka Connect lists them. */
  all(): Map<string, LoggerLevel> {
    const listed = [...this.#entries.values()].filter(({ level }) => level !== 'OFF');
    return new Map(listed.sort(byName).map((entry) => [entry.name, entry]));
  }

  /**
   * Sets the level of a logger and of all known ones below it; `root` means all. One of our own names also means the loggers of Kafka Connect that
   * it stands for.
   * @returns names of all loggers that have the level now, in order
   */
  set(name: string, level: LevelName): string[] {
    const affected = this.#affectedBy(name);
    for (const entry of affected) {
      if (entry.level === level) continue;
      entry.level = level;
      entry.threshold = levelNumbers[level];
      entry.lastModified = this.#now();
    }
    return [...affected].sort(byName).map((entry) => entry.name);
  }

  #affectedBy(name: string): Set<Entry> {
    if (isRoot(name)) return new Set(this.#entries.values());
    const affected = new Set<Entry>([this.#get(name)]);
    for (const entry of this.#entries.values()) {
      if (entry.name.startsWith(`${name}.`)) affected.add(entry);
    }
    for (const { name: ours } of affected) {
      for (const kafkaName of kafkaNamesOf(ours)) affected.add(this.#get(kafkaName));
    }
    return affected;
  }

  #get(name: string): Entry {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    const { level, threshold } = this.#nearestAbove(name);
    const entry: Entry = { name, level, threshold, lastModified: null };
    this.#entries.set(name, entry);
    return entry;
  }

  #nearestAbove(name: string): Entry {
    for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
      const above = this.#entries.get(name.slice(0, end));
      if (above !== undefined) return above;
    }
    return this.#root;
  }
}

function isRoot(name: string): boolean {
  return name.toLowerCase() === rootName;
}

function byName(left: Entry, right: Entry): number {
  return left.name < right.name ? -1 : 1;
}
