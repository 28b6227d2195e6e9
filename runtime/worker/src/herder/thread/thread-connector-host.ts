import { ConnectException } from '@millrace/api';
import { areLocated, locatedPlugins } from '../../plugins/located-plugins.ts';
import type { LocatedPlugin } from '../../plugins/discovery.ts';
import { pluginKinds, type PluginRegistry } from '../../plugins/plugin-registry.ts';
import { memoryLimitMb } from '../../task/thread/memory-limit.ts';
import { fromPortableError } from '../../task/thread/portable-error.ts';
import type { ConfigKeyInfo } from '../config-infos.ts';
import {
  inlineConnectorHost,
  type ConnectorHandle,
  type ConnectorHost,
  type ConnectorStart,
  type OffsetsQuestion,
} from '../connector-host.ts';
import type { CheckOutcome, ConfigChecks } from '../connector-validation.ts';
import type { ConnectorServices } from '../running-connector.ts';
import type { RawProps } from '../validation-plugins.ts';
import { ConnectorThread, type ThreadControl } from './connector-thread-handle.ts';
import { toPortableQuestion } from './portable-question.ts';

/** Time, in milliseconds, that a thread without work stays for the next, since a check is often followed by another or by a start. */
const idleMs = 10_000;
/** Time, in milliseconds, that a check which nobody waits for any more has to end by itself. */
const checkGraceMs = 100;

export interface ThreadConnectorHostOptions {
  readonly plugins: PluginRegistry;
  readonly workerConfig: Readonly<Record<string, string>>;
  /** Takes what is logged by checks. */
  readonly log: ConnectorServices['log'];
}

interface IdleThread {
  readonly thread: ConnectorThread;
  readonly timer: NodeJS.Timeout;
}

/**
 * Runs each connector in a thread of its own, and checks configurations in threads that are free. A thread that is stuck is ended with what is
 * stuck in it, and with nothing else. Connectors of which a plug-in was handed to the worker as a class stay in the main thread.
 */
export class ThreadConnectorHost implements ConnectorHost, ConfigChecks {
  readonly #options: ThreadConnectorHostOptions;
  readonly #idle: IdleThread[] = [];
  /** Threads in which something is checked. */
  readonly #checking = new Set<ConnectorThread>();
  #isClosed = false;
  #located: readonly LocatedPlugin[] | null = null;

  constructor(options: ThreadConnectorHostOptions) {
    this.#options = options;
  }

  async start(start: ConnectorStart): Promise<ConnectorHandle> {
    const { plugins, workerConfig } = this.#options;
    if (!areLocated(plugins, start.config, workerConfig)) return inlineConnectorHost.start(start);
    const thread = this.#take();
    await thread.start(start);
    return thread;
  }

  async alterOffsets(question: OffsetsQuestion, signal: AbortSignal): Promise<boolean> {
    const { plugins, workerConfig } = this.#options;
    if (!areLocated(plugins, question.config, workerConfig)) return inlineConnectorHost.alterOffsets(question, signal);
    const portable = toPortableQuestion(question);
    return this.#withThread(`alterOffsets of ${question.plugin.className}`, signal, (control) => control.call('alterOffsets', portable));
  }

  async check(props: RawProps, distributed: boolean, signal: AbortSignal): Promise<CheckOutcome | null> {
    const { plugins, workerConfig } = this.#options;
    if (!areLocated(plugins, props, workerConfig)) return null;
    const what = 'The check of the configuration';
    const outcome = await this.#withThread(what, signal, (control) => control.call('check', props, distributed));
    return 'error' in outcome ? { ...outcome, error: fromPortableError(outcome.error) } : outcome;
  }

  async pluginConfig(name: string, version: string | undefined, signal: AbortSignal): Promise<ConfigKeyInfo[] | null> {
    if (this.#options.plugins.find(pluginKinds, name)?.module === undefined) return null;
    return this.#withThread(`config of ${name}`, signal, (control) => control.call('pluginConfig', name, version));
  }

  async #withThread<T>(what: string, signal: AbortSignal, call: (control: ThreadControl) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new ConnectException('The worker is about to stop');
    const thread = this.#take();
    this.#checking.add(thread);
    try {
      return await thread.call(what, { signal, graceMs: checkGraceMs }, call);
    } finally {
      this.#checking.delete(thread);
      // After the signal the thread believes that nothing is wanted of it any more.
      if (signal.aborted) void thread.terminate();
      else this.#giveBack(thread);
    }
  }

  #take(): ConnectorThread {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (!idle.thread.hasEnded) return idle.thread;
    }
    const { plugins, workerConfig, log } = this.#options;
    this.#located ??= locatedPlugins(plugins);
    const data = { plugins: this.#located, workerConfig };
    return new ConnectorThread({ name: 'connector', data, memoryLimitMb: memoryLimitMb({ connectorConfig: {}, workerConfig }) }, log);
  }

  #giveBack(thread: ConnectorThread): void {
    if (thread.hasEnded) return;
    const idle: IdleThread = {
      thread,
      timer: setTimeout(() => {
        this.#idle.splice(this.#idle.indexOf(idle), 1);
        void thread.terminate();
      }, idleMs),
    };
    this.#idle.push(idle);
  }

  /** Ends threads without work and checks under way, so that no request waits for them; those of connectors end with them. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#checking, (thread) => thread.terminate()));
    await Promise.all(
      this.#idle.splice(0).map(async ({ thread, timer }) => {
        clearTimeout(timer);
        await thread.terminate();
      }),
    );
  }
}
