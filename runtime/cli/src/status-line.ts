import type { TaskMetrics } from '@millrace/worker';
import type { Terminal } from './terminal.ts';

const interactiveIntervalMs = 1000;
/** A file or a pipe gets a line now and then instead of one that is drawn anew. */
const plainIntervalMs = 5000;

/** Shows how many records flow through each task, once a second. */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #metrics: () => ReadonlyMap<string, TaskMetrics>;
  #timer: NodeJS.Timeout | null = null;
  #previous = new Map<string, number>();
  #previousAt = performance.now();

  constructor(terminal: Terminal, metrics: () => ReadonlyMap<string, TaskMetrics>) {
    this.#terminal = terminal;
    this.#metrics = metrics;
  }

  start(): void {
    this.#timer = setInterval(() => this.#draw(), this.#terminal.isInteractive ? interactiveIntervalMs : plainIntervalMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#terminal.isInteractive) this.#terminal.out('');
  }

  #draw(): void {
    const line = this.line();
    if (this.#terminal.isInteractive) process.stdout.write(`\r\u001B[K${line.slice(0, this.#terminal.columns - 1)}`);
    else this.#terminal.out(line);
  }

  /** The line as it reads now; rates are since the last call. */
  line(): string {
    const now = performance.now();
    const seconds = (now - this.#previousAt) / 1000;
    const parts: string[] = [];
    const counts = new Map<string, number>();
    // Whoever reported first would stand first, and another time last.
    for (const [task, { recordsOut }] of [...this.#metrics()].sort(([left], [right]) => (left < right ? -1 : 1))) {
      counts.set(task, recordsOut);
      const rate = Math.max(0, (recordsOut - (this.#previous.get(task) ?? 0)) / seconds);
      parts.push(`${task} ${format(recordsOut)} records (${format(rate)}/s)`);
    }
    this.#previous = counts;
    this.#previousAt = now;
    parts.push(`${Math.round(process.memoryUsage.rss() / 1_048_576)} MB`);
    return parts.join(' · ');
  }
}

function format(count: number): string {
  return Math.round(count).toLocaleString('en-US').replaceAll(',', ' ');
}
