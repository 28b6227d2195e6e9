import {
  type Config,
  type ConfigDef,
  ConnectException,
  groupPartitions,
  type Properties,
  type SourceConnector,
  type SourceConnectorContext,
  type SourceMap,
} from '@millrace/api';
import { CONFIG, TABLES, TABLES_FETCHED } from './config/definition.ts';
import { type SourceConfig, sourceConfig } from './config/source-config.ts';
import { validateLive } from './config/validate-live.ts';
import { isPartition } from './offsets/partitions.ts';
import { checkOffset } from './offsets/position.ts';
import { quotedName } from './tables/table-id.ts';
import { TableMonitor } from './tables/table-monitor.ts';
import { demandDistinctTopics } from './tables/topic-names.ts';
import { JdbcSourceTask } from './task.ts';

/** Reads PostgreSQL tables, views or a query, as Confluent's JDBC source connector does. */
export class JdbcSourceConnector implements SourceConnector {
  #context: SourceConnectorContext | null = null;
  #props: Properties = {};
  #config: SourceConfig | null = null;
  #monitor: TableMonitor | null = null;

  taskClass(): new () => JdbcSourceTask {
    return JdbcSourceTask;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  initialize(context: SourceConnectorContext): void {
    this.#context = context;
  }

  /** @throws ConfigException if the configuration is invalid. @throws ConnectException if the database cannot be asked for its tables. */
  async start(props: Properties, signal: AbortSignal): Promise<void> {
    const config = sourceConfig(props);
    this.#props = props;
    this.#config = config;
    const context = this.#context;
    if (config.query !== null || context === null) return;
    this.#monitor = new TableMonitor(config, context.log, () => context.requestTaskReconfiguration());
    await this.#monitor.start(signal);
  }

  /** Neighbouring tables go to one task; a query is one task. @throws ConnectException if two tables would share a topic. */
  taskConfigs(maxTasks: number): Properties[] {
    const config = this.#config;
    if (config === null || config.query !== null) return [{ ...this.#props, [TABLES]: '', [TABLES_FETCHED]: 'true' }];
    const tables = this.#monitor?.tables ?? null;
    if (tables === null || tables.length === 0) {
      return [{ ...this.#props, [TABLES]: '', [TABLES_FETCHED]: String(tables !== null) }];
    }
    demandDistinctTopics(tables, config);
    const groups = groupPartitions(tables, Math.min(tables.length, maxTasks));
    return groups.map((group) => ({ ...this.#props, [TABLES]: group.map(quotedName).join(), [TABLES_FETCHED]: 'true' }));
  }

  stop(): void {
    this.#monitor?.stop();
    this.#monitor = null;
  }

  validate(props: Properties, signal: AbortSignal): Promise<Config> {
    return validateLive(props, signal);
  }

  /** Rows are at least once: a time that several rows share cannot be cut between them. */
  exactlyOnceSupport(): 'UNSUPPORTED' {
    return 'UNSUPPORTED';
  }

  /** @throws ConnectException if an offset is none of this connector's; a reset is fine for anything. */
  alterOffsets(_props: Properties, offsets: ReadonlyMap<SourceMap | null, SourceMap | null>): boolean {
    for (const [partition, offset] of offsets) {
      if (offset === null) continue;
      checkOffset(offset);
      if (partition === null || !isPartition(partition)) {
        throw new ConnectException(
          'Partition objects should be {"protocol":"1","table":"schema.table"} for a table and {"query":"query"} for a query',
        );
      }
    }
    return true;
  }
}
