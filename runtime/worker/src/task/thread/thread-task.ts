import type { SourceMap } from '@millrace/api';
import { settlesWithin } from '../abort.ts';
import { systemClock } from '../clock.ts';
import { messageOf } from '../error-message.ts';
import type { TaskHandle } from '../task-host.ts';
import { taskIdText } from '../task-id.ts';
import type { TargetState, TaskServices, TaskSpec } from '../task-services.ts';
import { traceOf } from '../trace.ts';
import { Channel } from './channel.ts';
import type { PluginThread } from './plugin-thread.ts';
import { fromPortable, toPortable } from './portable.ts';
import { RunPort } from './run-port.ts';
import { forwardStandardInput } from './standard-input.ts';
import type { TaskAssignment, TaskThreadControl, TaskThreadServices } from './task-thread-contract.ts';

/** Time, in milliseconds, that a task which did not stop in time, but is not blocked, has to give back what it holds of Kafka. */
const releaseTimeoutMs = 1000;
/** Time, in milliseconds, after which a blocked thread is worth a warning. */
const blockedWarningMs = 5000;

export interface ThreadTaskOptions {
  readonly spec: TaskSpec;
  readonly services: TaskServices;
  /** One in which no other task runs. */
  readonly thread: PluginThread;
  /** Called when the task is over and another may have the thread. */
  readonly onThreadFree: (thread: PluginThread) => void;
}

/** A task in a thread of its own, as the main thread sees it. */
export class ThreadTask implements TaskHandle {
  readonly #name: string;
  readonly #services: TaskServices;
  readonly #thread: PluginThread;
  readonly #port = new RunPort();
  readonly #channel: Channel<TaskThreadControl, TaskThreadServices>;
  readonly #onThreadFree: (thread: PluginThread) => void;
  readonly #forgetThread: () => void;
  /** Resolves when the task has given its thread back, or that is gone. */
  readonly #over: Promise<void>;
  #resolveOver: () => void = () => undefined;
  #isOver = false;
  #isStopping = false;
  #hasFailed = false;
  /** It said its last word, or is not to say one any more. */
  #hasFinished = false;
  #isBlocked = false;

  constructor({ spec, services, thread, onThreadFree }: ThreadTaskOptions) {
    this.#name = taskIdText(spec.id);
    this.#services = services;
    this.#thread = thread;
    this.#onThreadFree = onThreadFree;
    this.#over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
    this.#channel = new Channel<TaskThreadControl, TaskThreadServices>(this.#port, this.#served());
    this.#forgetThread = thread.onEnd((reason) => this.#threadEnded(reason));
    this.#setLogThresholds();
    const assignment: TaskAssignment = { spec, port: this.#port.remote };
    thread.worker.postMessage(assignment, [assignment.port]);
  }

  get hasEnded(): boolean {
    return this.#isOver;
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
    if (await settlesWithin(this.#over, timeoutMs, systemClock)) return true;
    this.#isStopping = true;
    if (this.#thread.isResponsive) {
      this.#channel.tell('cancel');
      await settlesWithin(this.#over, releaseTimeoutMs, systemClock);
    }
    this.#hasFinished = true;
    this.#channel.close();
    if (!this.#isOver) await this.#thread.terminate();
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
      finished: (isThreadFree) => {
        this.#hasFinished = true;
        if (!isThreadFree) return;
        this.#end();
        this.#onThreadFree(this.#thread);
      },
    };
  }

  /** Invariant 4: a thread that is gone without a word is a failed task. */
  #threadEnded(reason: Error): void {
    this.#port.drain();
    this.#end();
    if (this.#hasFinished || this.#hasFailed) return;
    const message = `Task ${this.#name} ${this.#isStopping ? 'ended its thread while it stopped' : 'failed'}: ${messageOf(reason)}`;
    this.#services.log(this.#isStopping ? 'warn' : 'error', message, { error: traceOf(reason) });
    if (!this.#isStopping) this.#services.status({ state: 'FAILED', trace: traceOf(reason) });
  }

  #end(): void {
    this.#isOver = true;
    this.#forgetThread();
    this.#channel.close();
    this.#port.close();
    this.#resolveOver();
  }
}
