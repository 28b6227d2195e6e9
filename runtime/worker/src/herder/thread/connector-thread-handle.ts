import { ConnectException, type Properties, type SourceMap } from '@millrace/api';
import { messageOf } from '../../task/error-message.ts';
import { Channel } from '../../task/thread/channel.ts';
import { PluginThread, type PluginThreadOptions } from '../../task/thread/plugin-thread.ts';
import { fromPortable, toPortable } from '../../task/thread/portable.ts';
import { forwardStandardInput } from '../../task/thread/standard-input.ts';
import { traceOf } from '../../task/trace.ts';
import { abandonable } from '../abandonable.ts';
import type { ConnectorHandle, ConnectorStart } from '../connector-host.ts';
import type { ConnectorServices } from '../running-connector.ts';
import type { ConnectorThreadControl, ConnectorThreadServices } from './connector-thread-contract.ts';

export type ThreadControl = Channel<ConnectorThreadControl, ConnectorThreadServices>;

/** A thread for connectors, as the main thread sees it. */
export class ConnectorThread implements ConnectorHandle {
  readonly #thread: PluginThread;
  readonly #channel: ThreadControl;
  #services: Pick<ConnectorServices, 'log'> & Partial<ConnectorServices>;
  #name = '';
  #graceMs = 0;
  /** A connector runs in it, and nobody waits for its start or stop. */
  #isRunning = false;

  /** @throws Error if the system has no room for another thread. */
  constructor(options: Omit<PluginThreadOptions, 'program'>, log: ConnectorServices['log']) {
    this.#services = { log };
    this.#thread = new PluginThread({ ...options, program: new URL(programPath, import.meta.url) });
    this.#channel = new Channel<ConnectorThreadControl, ConnectorThreadServices>(this.#thread.worker, this.#served());
    void this.#thread.ended.then((reason) => this.#ended(reason));
  }

  get hasEnded(): boolean {
    return this.#thread.hasEnded;
  }

  /**
   * A call to the thread, which ends with the thread if it does not end soon after its signal.
   * @throws what the call throws; ConnectException if it does not end when it should, or the thread ends before it.
   */
  async call<T>(
    what: string,
    limits: { readonly signal: AbortSignal; readonly graceMs: number },
    call: (control: ThreadControl) => Promise<T>,
  ): Promise<T> {
    const unwant = (): void => this.#channel.tell('unwant');
    limits.signal.addEventListener('abort', unwant, { once: true });
    let isOver = false;
    try {
      const work = async (): Promise<T> => {
        try {
          return await call(this.#channel);
        } finally {
          isOver = true;
        }
      };
      return await abandonable(work, { what, ...limits });
    } finally {
      limits.signal.removeEventListener('abort', unwant);
      if (!isOver) void this.terminate();
    }
  }

  /** Starts a connector, to which the thread belongs from now on. @throws see ConnectorHost */
  async start({ plugin, config, services, limits }: ConnectorStart): Promise<void> {
    this.#services = services;
    this.#name = plugin.className;
    this.#graceMs = limits.graceMs;
    const type = plugin.kind === 'sink' ? 'sink' : 'source';
    const start = { type, className: plugin.className, config, graceMs: limits.graceMs } as const;
    try {
      await this.call(`start of ${this.#name}`, limits, (thread) => thread.call('start', start));
      this.#isRunning = true;
    } catch (error) {
      await this.terminate();
      throw error;
    }
  }

  taskConfigs(maxTasks: number, signal: AbortSignal): Promise<Properties[]> {
    const limits = { signal, graceMs: this.#graceMs };
    return this.call(`taskConfigs of ${this.#name}`, limits, (thread) => thread.call('taskConfigs', maxTasks));
  }

  /** Invariant 6: whatever the connector does, it is gone afterwards. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    if (this.hasEnded) return;
    try {
      await this.call(`stop of ${this.#name}`, { signal: AbortSignal.abort(), graceMs: this.#graceMs }, (thread) => thread.call('stop'));
    } finally {
      await this.terminate();
    }
  }

  async terminate(): Promise<void> {
    this.#isRunning = false;
    this.#channel.close(new ConnectException('The thread of the connector was ended'));
    if (!this.hasEnded) await this.#thread.terminate();
  }

  #served(): ConnectorThreadServices {
    return {
      status: (status) => this.#services.status?.(status),
      log: (...line) => {
        this.#thread.cells.lineTaken();
        this.#services.log(...line);
      },
      readOffsets: async (partitions) =>
        ((await this.#services.readOffsets?.(partitions.map(fromPortable) as SourceMap[])) ?? []).map(toPortable),
      requestTaskReconfiguration: () => this.#services.requestTaskReconfiguration?.(),
      standardInputWanted: () => forwardStandardInput(this.#thread),
    };
  }

  /** Invariant 4: a thread that is gone without a word is a failed connector. Whoever waits for it hears it by the call. */
  #ended(reason: Error): void {
    this.#channel.close(reason);
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#services.log('error', `Connector failed: ${messageOf(reason)}`, { error: traceOf(reason) });
    this.#services.status?.({ state: 'FAILED', trace: traceOf(reason) });
  }
}

/** Sources are run by nothing but a test runner, which does not reach into threads: there the thread runs the build. */
const programPath = import.meta.url.endsWith('.ts') ? '../../../bundle/connector-thread.js' : './connector-thread.js';
