import type { ConfigDef, Properties, SinkConnector } from '@millrace/api';
import { KAFKA_VERSION, SINK_CONFIG } from './config.ts';
import { FileStreamSinkTask } from './sink-task.ts';

/** Appends records to a file, as `org.apache.kafka.connect.file.FileStreamSinkConnector`. All tasks append to the same file. */
export class FileStreamSinkConnector implements SinkConnector {
  #props: Properties = {};

  version(): string {
    return KAFKA_VERSION;
  }

  taskClass(): new () => FileStreamSinkTask {
    return FileStreamSinkTask;
  }

  config(): ConfigDef {
    return SINK_CONFIG;
  }

  start(props: Properties): void {
    SINK_CONFIG.parse(props);
    this.#props = props;
  }

  taskConfigs(maxTasks: number): Properties[] {
    return Array.from({ length: maxTasks }, () => this.#props);
  }

  stop(): void {}

  /** All offsets are Kafka's, and any of them will do. */
  alterOffsets(): boolean {
    return true;
  }
}
