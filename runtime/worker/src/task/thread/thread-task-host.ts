import { areLocated, locatedPlugins } from '../../plugins/located-plugins.ts';
import type { PluginRegistry } from '../../plugins/plugin-registry.ts';
import type { LocatedPlugin } from '../../plugins/discovery.ts';
import { messageOf } from '../error-message.ts';
import type { TaskHandle, TaskHost } from '../task-host.ts';
import { taskIdText } from '../task-id.ts';
import type { TaskServices, TaskSpec } from '../task-services.ts';
import { traceOf } from '../trace.ts';
import { memoryLimitMb } from './memory-limit.ts';
import { PluginThread } from './plugin-thread.ts';
import { ThreadTask } from './thread-task.ts';
import { WarmThreads } from './warm-threads.ts';

const watchIntervalMs = 500;

export interface ThreadTaskHostOptions {
  readonly plugins: PluginRegistry;
  /** Runs tasks of plug-ins that exist in this thread only. */
  readonly inline: TaskHost;
}

/**
 * Runs each task in a thread of its own, with its own connections to Kafka, so that it can be ended whatever it does and harms no other.
 * A task of which a plug-in was handed to the worker as a class, and not as a package, stays inline.
 */
export class ThreadTaskHost implements TaskHost {
  readonly #options: ThreadTaskHostOptions;
  readonly #tasks = new Set<ThreadTask>();
  readonly #warm = new WarmThreads();
  #located: readonly LocatedPlugin[] | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ThreadTaskHostOptions) {
    this.#options = options;
  }

  start(spec: TaskSpec, services: TaskServices): TaskHandle {
    const { plugins, inline } = this.#options;
    if (!areLocated(plugins, spec.connectorConfig, spec.workerConfig)) return inline.start(spec, services);
    try {
      const limitMb = memoryLimitMb(spec);
      const purpose = `${spec.connectorClass} within ${limitMb} MB`;
      const thread = this.#warm.take(purpose) ?? this.#newThread(purpose, limitMb);
      const task = new ThreadTask({ spec, services, thread, onThreadFree: () => this.#warm.keep(thread, purpose) });
      this.#watch(task);
      return task;
    } catch (error) {
      services.log('error', `Task ${taskIdText(spec.id)} cannot start: ${messageOf(error)}`, { error: traceOf(error) });
      services.status({ state: 'FAILED', trace: traceOf(error) });
      return notRunning;
    }
  }

  /** Ends the threads that no task needs. Idempotent. */
  close(): Promise<void> {
    return this.#warm.close();
  }

  /** @throws Error if the system has no room for another thread. */
  #newThread(purpose: string, limitMb: number): PluginThread {
    this.#located ??= locatedPlugins(this.#options.plugins);
    const program = new URL(programPath, import.meta.url);
    return new PluginThread({ program, name: `tasks of ${purpose}`, data: { plugins: this.#located }, memoryLimitMb: limitMb });
  }

  #watch(task: ThreadTask): void {
    this.#tasks.add(task);
    this.#timer ??= setInterval(() => this.#watchAll(), watchIntervalMs).unref();
  }

  #watchAll(): void {
    for (const task of this.#tasks) {
      if (task.hasEnded) this.#tasks.delete(task);
      else task.watch();
    }
    if (this.#tasks.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

const notRunning: TaskHandle = {
  setTargetState: () => undefined,
  stop: () => undefined,
  awaitStop: async () => true,
};

/** Sources are run by nothing but a test runner, which does not reach into threads: there the thread runs the build. */
const programPath = import.meta.url.endsWith('.ts') ? '../../../bundle/task-thread.js' : './task-thread.js';
