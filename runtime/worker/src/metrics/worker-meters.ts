import { taskIdText, type TaskId } from '../task/task-id.ts';
import type { State, TaskMetrics } from '../task/task-services.ts';
import { StartupCounts } from './startup-counts.ts';
import type { TaskReading } from './task-groups.ts';
import { TaskMeter } from './task-meter.ts';
import { defaultStatWindow, type StatWindow } from './windowed-stat.ts';

interface MeteredTask extends TaskReading {
  hasStarted: boolean;
}

/** All that a worker measures of what it runs. */
export class WorkerMeters {
  readonly connectorStarts: StartupCounts;
  readonly taskStarts: StartupCounts;
  readonly #window: StatWindow;
  readonly #now: () => number;
  readonly #tasks = new Map<string, MeteredTask>();

  constructor(window: StatWindow = defaultStatWindow, now: () => number = Date.now) {
    this.#window = window;
    this.#now = now;
    this.connectorStarts = new StartupCounts(window);
    this.taskStarts = new StartupCounts(window);
  }

  /** Tasks of the worker, by connector and number. */
  get tasks(): readonly TaskReading[] {
    return [...this.#tasks.values()].sort((left, right) =>
      left.connector === right.connector ? left.task - right.task : left.connector < right.connector ? -1 : 1,
    );
  }

  /** Counts the start of a connector. @throws what the start throws. */
  async connectorStart<T>(start: () => Promise<T>): Promise<T> {
    this.connectorStarts.attempted();
    try {
      const started = await start();
      this.connectorStarts.succeeded(this.#now());
      return started;
    } catch (error) {
      this.connectorStarts.failed(this.#now());
      throw error;
    }
  }

  taskStarting({ connector, task }: TaskId, type: 'source' | 'sink'): void {
    this.taskStarts.attempted();
    const meter = new TaskMeter(type, this.#window, this.#now());
    this.#tasks.set(taskIdText({ connector, task }), { connector, task, meter, hasStarted: false });
  }

  taskStatus(id: TaskId, state: State): void {
    const metered = this.#tasks.get(taskIdText(id));
    if (metered === undefined) return;
    const now = this.#now();
    metered.meter.states.change(state, now);
    if (metered.hasStarted) return;
    metered.hasStarted = true;
    if (state === 'FAILED') this.taskStarts.failed(now);
    else this.taskStarts.succeeded(now);
  }

  taskReport(id: TaskId, counts: TaskMetrics): void {
    this.#tasks.get(taskIdText(id))?.meter.update(counts, this.#now());
  }

  taskGone(id: TaskId): void {
    this.#tasks.delete(taskIdText(id));
  }
}

/** The window that the worker's `metrics.sample.window.ms` and `metrics.num.samples` ask for. */
export function statWindow(config: Readonly<Record<string, string>>): StatWindow {
  return {
    sampleMs: positive(config['metrics.sample.window.ms']) ?? defaultStatWindow.sampleMs,
    samples: positive(config['metrics.num.samples']) ?? defaultStatWindow.samples,
  };
}

function positive(text: string | undefined): number | null {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : null;
}
