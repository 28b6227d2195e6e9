import type { SourceMap } from '@millrace/api';
import { messageOf } from '../error-message.ts';
import type { TaskHandle } from '../task-host.ts';
import { taskIdText } from '../task-id.ts';
import type { TargetState, TaskServices, TaskSpec } from '../task-services.ts';
import { traceOf } from '../trace.ts';
import { Channel } from './channel.ts';
import { PluginThread } from './plugin-thread.ts';
import { fromPortable, toPortable } from './portable.ts';
import { forwardStandardInput } from './standard-input.ts';
import type { TaskThreadControl, TaskThreadServices } from './task-thread-contract.ts';
import type { LocatedPlugin } from '../../plugins/discovery.ts';

/** Time, in milliseconds, that a task which did not stop in time, but is not blocked, has to give back what it holds of Kafka. */
const releaseTimeoutMs = 1000;
/** Time, in milliseconds, after which a blocked thread is worth a warning. */
const blockedWarningMs = 5000;

export interface ThreadTaskOptions {
  readonly spec: TaskSpec;
  readonly services: TaskServices;
  readonly plugins: readonly LocatedPlugin[];
  readonly memoryLimitMb: number;
}

/** A task in a thread of its own, as the main thread sees it. */
export class ThreadTask implements TaskHandle {
  readonly #name: string;
  readonly #services: TaskServices;
  readonly #thread: PluginThread;
  readonly #channel: Channel<TaskThreadControl, TaskThreadServices>;
  #isStopping = false;
  #hasFailed = false;
  /** It said its last word, or is not to say one any more. */
  #hasFinished = false;
  #isBlocked = false;

  /** @throws Error if the system has no room for another thread. */
  constructor({ spec, services, plugins, memoryLimitMb }: ThreadTaskOptions) {
    this.#name = taskIdText(spec.id);
    this.#services = services;
    this.#thread = new PluginThread({
      program: new URL(programPath, import.meta.url),
      name: `task ${this.#name}`,
      data: { spec, plugins },
      memoryLimitMb,
    });
    this.#channel = new Channel<TaskThreadControl, TaskThreadServices>(this.#thread.worker, this.#served());
    this.#setLogThresholds();
    void this.#thread.ended.then((reason) => this.#ended(reason));
  }

  get hasEnded(): boolean {
    return this.#thread.hasEnded;
  }

  setTargetState(state: TargetState): void {
    this.#channel.tell('setTargetState', state);
  }

  stop(drain = false): void {
    this.#isStopping = true;
    this.#channel.tell('stop', drain);
  }

  /** Invariant 6: whatever the task does, it is gone afterwards. */
  async awaitStop(timeoutMs: number): Promise<boolean> {
    if (await this.#thread.endsWithin(timeoutMs)) return true;
    this.#isStopping = true;
    if (this.#thread.isResponsive) {
      this.#channel.tell('cancel');
      await this.#thread.endsWithin(releaseTimeoutMs);
    }
    this.#hasFinished = true;
    this.#channel.close();
    if (!this.#thread.hasEnded) await this.#thread.terminate();
    return false;
  }

  /** To be called from time to time: passes levels of loggers on, and tells when the thread is blocked and when it is no more. */
  watch(): void {
    this.#setLogThresholds();
    const silentMs = this.#thread.silentMs();
    const isBlocked = silentMs >= blockedWarningMs;
    if (isBlocked === this.#isBlocked) return;
    this.#isBlocked = isBlocked;
    const message = isBlocked
      ? `Task ${this.#name} has blocked its thread for ${Math.round(silentMs / 1000)} s: it runs without giving the event loop a turn`
      : `Task ${this.#name} does not block its thread any more`;
    this.#services.log('warn', message, {});
  }

  #setLogThresholds(): void {
    const services = this.#services;
    this.#thread.cells.setThresholds(services.logThreshold?.() ?? 0, services.logThreshold?.('plugin') ?? 0);
  }

  #served(): TaskThreadServices {
    const services = this.#services;
    return {
      status: (status) => {
        // What a failed task still says of itself comes from its end.
        if (this.#hasFailed) return;
        this.#hasFailed = status.state === 'FAILED';
        services.status(status);
      },
      metrics: (metrics) => services.metrics(metrics),
      log: (...line) => {
        this.#thread.cells.lineTaken();
        services.log(...line);
      },
      readOffsets: async (partitions) => (await services.readOffsets(partitions.map(fromPortable) as SourceMap[])).map(toPortable),
      writeOffsets: (offsets) => services.writeOffsets(offsets.map((entry) => entry.map(fromPortable) as [SourceMap, SourceMap | null])),
      topicUsed: (topic) => services.topicUsed(topic),
      standardInputWanted: () => forwardStandardInput(this.#thread),
      finished: () => {
        this.#hasFinished = true;
      },
    };
  }

  /** Invariant 4: a thread that is gone without a word is a failed task. */
  #ended(reason: Error): void {
    this.#channel.close();
    if (this.#hasFinished || this.#hasFailed) return;
    const message = `Task ${this.#name} ${this.#isStopping ? 'ended its thread while it stopped' : 'failed'}: ${messageOf(reason)}`;
    this.#services.log(this.#isStopping ? 'warn' : 'error', message, { error: traceOf(reason) });
    if (!this.#isStopping) this.#services.status({ state: 'FAILED', trace: traceOf(reason) });
  }
}

/** Sources are run by nothing but a test runner, which does not reach into threads: there the thread runs the build. */
const programPath = import.meta.url.endsWith('.ts') ? '../../../bundle/task-thread.js' : './task-thread.js';
