import { NotFoundException, type PluginKind, type Properties } from '@millrace/api';
import type { PluginDescriptor } from '../../plugins/plugin-descriptor.ts';
import type { PluginRegistry } from '../../plugins/plugin-registry.ts';
import type { ConnectorInfo, ConnectorStateInfo, StateInfo, TaskInfo } from '../herder.ts';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import type { KafkaStatusStore } from '../../storage/kafka-status-store.ts';
import { withAutoRestart } from '../auto-restart/auto-restart-info.ts';
import { stateInfo } from '../state-info.ts';
import { ClusterSnapshot } from './cluster-snapshot.ts';

const connectorKinds: readonly PluginKind[] = ['source', 'sink'];

/** What any worker can say of the cluster, from what it has read of the internal topics. */
export class ClusterView {
  readonly #configs: ClusterConfigStore;
  readonly #statuses: KafkaStatusStore;
  readonly #plugins: PluginRegistry;

  constructor(configs: ClusterConfigStore, statuses: KafkaStatusStore, plugins: PluginRegistry) {
    this.#configs = configs;
    this.#statuses = statuses;
    this.#plugins = plugins;
  }

  connectors(): string[] {
    return ClusterSnapshot.of(this.#configs).connectors;
  }

  /** The raw configuration. @throws NotFoundException */
  config(name: string, otherwise = `Connector ${name} not found`): Properties {
    const config = ClusterSnapshot.of(this.#configs).connectorConfig(name);
    if (config === null) throw new NotFoundException(otherwise);
    return config;
  }

  /** @throws NotFoundException */
  info(name: string): ConnectorInfo {
    const config = this.config(name);
    return { name, config, tasks: this.#tasksOf(name).map((_, task) => ({ connector: name, task })), type: this.typeOf(name) };
  }

  /** @throws NotFoundException */
  taskInfos(name: string): TaskInfo[] {
    this.config(name);
    return this.#tasksOf(name).map((config, task) => ({ id: { connector: name, task }, config }));
  }

  /** @throws NotFoundException */
  status(name: string): ConnectorStateInfo {
    const status = this.#statuses.connector(name);
    if (status === null) throw new NotFoundException(`No status found for connector ${name}`);
    const tasks = Array.from(this.#statuses.tasks(name), ([id, task]) => ({ id, ...stateInfo(task) }));
    const info = { name, connector: stateInfo(status), tasks, type: this.typeOf(name) };
    return withAutoRestart(info, this.#statuses.autoRestart(name));
  }

  /** @throws NotFoundException */
  taskStatus(name: string, task: number): StateInfo & { readonly id: number } {
    const status = this.#statuses.tasks(name).get(task);
    if (status === undefined) throw new NotFoundException(`No status found for task ${name}-${task}`);
    return { id: task, ...stateInfo(status) };
  }

  typeOf(name: string): ConnectorInfo['type'] {
    const plugin = this.pluginOf(name);
    if (plugin === null) return 'unknown';
    return plugin.kind === 'sink' ? 'sink' : 'source';
  }

  /** The class of a connector; null if it is not installed here, or if there is no such connector. */
  pluginOf(name: string): PluginDescriptor | null {
    const className = ClusterSnapshot.of(this.#configs).connectorConfig(name)?.['connector.class'];
    return className === undefined ? null : this.#plugins.find(connectorKinds, className);
  }

  /** Connectors whose classes are not installed here, with those. */
  unknownClasses(): Map<string, string> {
    const snapshot = ClusterSnapshot.of(this.#configs);
    const missing = snapshot.connectors.filter((name) => this.pluginOf(name) === null);
    return new Map(missing.map((name) => [name, snapshot.connectorConfig(name)?.['connector.class'] ?? '']));
  }

  #tasksOf(name: string): readonly Properties[] {
    return ClusterSnapshot.of(this.#configs).taskConfigs(name);
  }
}
