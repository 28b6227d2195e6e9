import type { PluginHosts } from '../../plugin-hosts.ts';
import type { KafkaTransport } from '@millrace/kafka';
import type { PluginKind, Properties } from '@millrace/api';
import type { ConfigTransformer } from '../../config/config-transformer.ts';
import type { WorkerLog } from '../../log/worker-log.ts';
import { pluginKinds, type PluginRegistry } from '../../plugins/plugin-registry.ts';
import type { OpenConnectorOffsets } from '../../storage/connector-offset-stores.ts';
import { connectorOffsets } from '../../storage/connector-offsets-topic.ts';
import { clusterTopic } from '../../storage/open-cluster-stores.ts';
import { LoggerName } from '../../log/logger-names.ts';
import type { OffsetStore } from '../../storage/offset-store.ts';
import type { ConfigInfos, ConfigKeyInfo } from '../config-infos.ts';
import { ConnectorOffsets, type OffsetsSubject } from '../connector-offsets.ts';
import { ConnectorValidator } from '../connector-validation.ts';
import type { ConnectorInfo, ConnectorOffset, ConnectorStateInfo, PluginInfo, RawConfig, StateInfo, TaskInfo } from '../herder.ts';
import { REQUEST_TIMEOUT_MS, withDeadline } from '../request-deadline.ts';
import { ensureTopicReset, ensureTopicTracking } from '../topic-tracking.ts';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import type { KafkaStatusStore } from '../../storage/kafka-status-store.ts';
import { ClusterView } from './cluster-view.ts';

const connectorKinds: readonly PluginKind[] = ['source', 'sink'];
const listedKinds = pluginKinds.filter((kind) => kind !== 'config_provider');

export interface ClusterQueriesOptions {
  readonly workerConfig: Readonly<Record<string, string>>;
  readonly plugins: PluginRegistry;
  readonly transport: KafkaTransport;
  readonly hosts: PluginHosts;
  readonly clusterId: string;
  readonly configs: ClusterConfigStore;
  readonly statuses: KafkaStatusStore;
  readonly offsets: OffsetStore;
  readonly transformer: ConfigTransformer;
  readonly log: WorkerLog;
  /** Time, in milliseconds, that a request may take. Default: 90 seconds, as in Kafka Connect. */
  readonly requestTimeoutMs?: number;
}

/** The part of a distributed herder that every worker can answer by itself. */
export class ClusterQueries {
  protected readonly view: ClusterView;
  protected readonly offsets: ConnectorOffsets;
  /** The store that a source's configuration asks for. */
  protected readonly openOffsets: OpenConnectorOffsets;
  readonly #options: ClusterQueriesOptions;
  readonly #validator: ConnectorValidator;

  constructor(options: ClusterQueriesOptions) {
    const { configs, statuses, plugins, workerConfig, transformer, transport, offsets, log, hosts } = options;
    this.#options = options;
    this.view = new ClusterView(configs, statuses, plugins);
    const offsetLog = log.named(LoggerName.WORKER);
    const workerTopic = clusterTopic(workerConfig, 'offset', offsetLog);
    this.openOffsets = (connector, connectorConfig) =>
      connectorOffsets({
        transport,
        connector,
        connectorConfig,
        workerProps: workerConfig,
        workerTopic,
        workerStore: offsets,
        log: offsetLog,
      });
    this.offsets = new ConnectorOffsets({ transport, offsets, workerConfig, host: hosts.connectorHost, open: this.openOffsets });
    this.#validator = new ConnectorValidator({ plugins, workerConfig, transformer, log, distributed: true, ...hosts });
  }

  async kafkaClusterId(): Promise<string> {
    return this.#options.clusterId;
  }

  async connectors(): Promise<string[]> {
    return this.view.connectors();
  }

  async connectorInfo(name: string): Promise<ConnectorInfo> {
    return this.view.info(name);
  }

  async connectorConfig(name: string): Promise<Properties> {
    return this.view.config(name);
  }

  async connectorStatus(name: string): Promise<ConnectorStateInfo> {
    return this.view.status(name);
  }

  async taskStatus(name: string, task: number): Promise<StateInfo & { readonly id: number }> {
    return this.view.taskStatus(name, task);
  }

  async taskInfos(name: string): Promise<TaskInfo[]> {
    return this.view.taskInfos(name);
  }

  async connectorTopics(name: string): Promise<string[]> {
    ensureTopicTracking(this.#options.workerConfig);
    return this.#options.statuses.topics(name).map(({ topic }) => topic);
  }

  async resetConnectorTopics(name: string): Promise<void> {
    ensureTopicReset(this.#options.workerConfig);
    const { statuses } = this.#options;
    for (const { topic } of statuses.topics(name)) statuses.deleteTopic(name, topic);
  }

  async connectorPlugins(connectorsOnly: boolean): Promise<PluginInfo[]> {
    const plugins = this.#options.plugins.list(connectorsOnly ? ['sink', 'source'] : listedKinds);
    return plugins.map(({ className, kind, version }) => ({ class: className, type: kind, version }));
  }

  connectorPluginConfig(name: string, version?: string): Promise<ConfigKeyInfo[]> {
    return this.withDeadline(`describing plug-in ${name}`, (signal) => this.#validator.pluginConfig(name, version, signal));
  }

  validateConnectorConfig(config: RawConfig): Promise<ConfigInfos> {
    return this.withDeadline('performing multi-property validation for the connector', (signal) =>
      this.#validator.validate(config, signal),
    );
  }

  connectorOffsets(name: string): Promise<ConnectorOffset[]> {
    return this.withDeadline(`reading offsets of connector ${name}`, async () => this.offsets.read(await this.subjectOf(name)));
  }

  /** @throws NotFoundException, ConnectException if the class is not installed here, ConfigException if a reference cannot be resolved */
  protected async subjectOf(name: string): Promise<OffsetsSubject> {
    const { data } = await this.#options.transformer.transform(this.view.config(name));
    return { name, plugin: this.#options.plugins.get(connectorKinds, data['connector.class'] ?? ''), config: data };
  }

  /** Waits as long as a request may. */
  protected withDeadline<Result>(stage: string, run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return withDeadline({ stage, timeoutMs: this.#options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS, run });
  }
}
