import type { Config, ConfigDef, Properties, SinkConnector } from '@millrace/api';
import { CONFIG } from './config/definition.ts';
import { sinkConfig } from './config/sink-config.ts';
import { validateLive } from './config/validate-live.ts';
import { MongoSinkTask } from './task.ts';

/** Writes topics to MongoDB collections, as `com.mongodb.kafka.connect.MongoSinkConnector`. */
export class MongoSinkConnector implements SinkConnector {
  #props: Properties = {};

  taskClass(): new () => MongoSinkTask {
    return MongoSinkTask;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  /** @throws ConfigException if the configuration is invalid. */
  start(props: Properties): void {
    sinkConfig(props);
    this.#props = props;
  }

  /** All alike: Kafka's group spreads the partitions. */
  taskConfigs(maxTasks: number): Properties[] {
    return Array.from({ length: maxTasks }, () => this.#props);
  }

  stop(): void {}

  validate(props: Properties, signal: AbortSignal): Promise<Config> {
    return validateLive(props, signal);
  }

  /** All offsets are Kafka's, and any of them will do. */
  alterOffsets(): boolean {
    return true;
  }
}
