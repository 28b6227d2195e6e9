import type { Connector, Properties, SourceConnectorContext } from '@millrace/api';
import type { PluginDescriptor } from '@millrace/worker';
import { collectingLogger } from './collecting-logger.ts';
import { connectorPlugin } from './connector-plugin.ts';
import type { ConnectorContractOptions, SinkSystem, SourceSystem } from './contract-options.ts';
import { violated } from './contract-violation.ts';
import { within } from './deadline.ts';

/** Topic of the records that a sink is given. */
export const CONTRACT_TOPIC = 'contract';

/** The connector under test in one case, with an external system of its own. */
export class Subject {
  readonly options: ConnectorContractOptions;
  readonly plugin: PluginDescriptor;
  readonly patienceMs: number;
  /** Everything that connector and tasks logged, secrets unmasked. */
  readonly logLines: string[] = [];
  readonly log = collectingLogger(this.logLines);
  readonly #system: SourceSystem | SinkSystem;
  readonly #cleanups: (() => Promise<void> | void)[] = [];

  private constructor(options: ConnectorContractOptions, plugin: PluginDescriptor, system: SourceSystem | SinkSystem) {
    this.options = options;
    this.plugin = plugin;
    this.patienceMs = options.patienceMs ?? 5000;
    this.#system = system;
    if (system.close !== undefined) this.onEnd(() => system.close?.());
  }

  static async open(options: ConnectorContractOptions): Promise<Subject> {
    const plugin = await connectorPlugin(options.package, options.class, options.load?.bind(options));
    const system = await (plugin.kind === 'source' ? options.source?.() : options.sink?.());
    if (system === undefined) throw violated(`${plugin.className} is a ${plugin.kind}: the options need \`${plugin.kind}\``);
    return new Subject(options, plugin, system);
  }

  get system(): SourceSystem | SinkSystem {
    return this.#system;
  }

  get source(): SourceSystem {
    return this.#system as SourceSystem;
  }

  get sink(): SinkSystem {
    return this.#system as SinkSystem;
  }

  /** The configuration as the worker hands it to the connector. */
  get props(): Properties {
    return {
      name: 'contract',
      'connector.class': this.plugin.className,
      'tasks.max': '1',
      ...(this.plugin.kind === 'sink' ? { topics: CONTRACT_TOPIC } : {}),
      ...this.#system.config,
    };
  }

  /** A connector that is not started. */
  async newConnector(): Promise<Connector> {
    const Plugin = await this.plugin.load();
    return new Plugin() as Connector;
  }

  /** A started connector, stopped at the end of the case. */
  async startConnector(props: Properties = this.props): Promise<Connector> {
    const connector = await this.newConnector();
    connector.initialize?.(this.connectorContext());
    this.onEnd(() => connector.stop());
    await this.inTime('start of the connector', connector.start(props, this.signal()));
    return connector;
  }

  connectorContext(): SourceConnectorContext {
    return {
      log: this.log,
      requestTaskReconfiguration: () => undefined,
      raiseError: (error) => this.log.error('raised', { error }),
      offsetStorageReader: { offset: async () => null, offsets: async (partitions) => partitions.map(() => null) },
    };
  }

  /** A signal that fires at the end of the case. */
  signal(): AbortSignal {
    const controller = new AbortController();
    this.onEnd(() => controller.abort());
    return controller.signal;
  }

  inTime<T>(what: string, work: Promise<T> | T): Promise<T> {
    return within(what, this.patienceMs, work);
  }

  onEnd(cleanup: () => Promise<void> | void): void {
    this.#cleanups.push(cleanup);
  }

  /** Releases what the case still holds. Errors are of no interest any more: stop has cases of its own. */
  async close(): Promise<void> {
    for (let cleanup = this.#cleanups.pop(); cleanup !== undefined; cleanup = this.#cleanups.pop()) {
      try {
        await within('cleaning up', 1000, cleanup());
      } catch (error) {
        this.log.debug('Error while cleaning up', { error });
      }
    }
  }
}
