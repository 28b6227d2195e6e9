import { ConnectException, type ConfigDef, type Properties, type SourceConnector, type SourceMap } from '@millrace/api';
import { KAFKA_VERSION, SOURCE_CONFIG } from './config.ts';
import { FileStreamSourceTask } from './source-task.ts';

/** Reads lines of a file into a topic, as `org.apache.kafka.connect.file.FileStreamSourceConnector`. Always one task. */
export class FileStreamSourceConnector implements SourceConnector {
  #props: Properties = {};

  version(): string {
    return KAFKA_VERSION;
  }

  taskClass(): new () => FileStreamSourceTask {
    return FileStreamSourceTask;
  }

  config(): ConfigDef {
    return SOURCE_CONFIG;
  }

  /** @throws ConfigException if `topic` is missing or empty. */
  start(props: Properties): void {
    SOURCE_CONFIG.parse(props);
    this.#props = props;
  }

  taskConfigs(): Properties[] {
    return [this.#props];
  }

  stop(): void {}

  /** A file has positions to come back to; the standard input has none. @throws ConfigException if the configuration is invalid. */
  exactlyOnceSupport(props: Properties): 'SUPPORTED' | 'UNSUPPORTED' {
    return SOURCE_CONFIG.parse(props).file ? 'SUPPORTED' : 'UNSUPPORTED';
  }

  /**
   * Accepts offsets of any file, since there may be some of an earlier configuration; whether a position fits the file shows when the task
   * starts. @throws ConnectException if an offset is none of this connector's, in the words of Kafka's.
   */
  alterOffsets(props: Properties, offsets: ReadonlyMap<SourceMap | null, SourceMap | null>): boolean {
    if (!SOURCE_CONFIG.parse(props).file) {
      throw new ConnectException(
        "Offsets cannot be modified if the 'file' configuration is unspecified. This is because stdin is used for input and offsets are not tracked.",
      );
    }
    for (const [partition, offset] of offsets) {
      // A reset is fine for anything, so that whatever garbage is stored can be cleaned up.
      if (offset !== null) checkOffset(partition, offset);
    }
    return true;
  }
}

function checkOffset(partition: SourceMap | null, offset: SourceMap): void {
  if (!Object.hasOwn(offset, 'position')) throw new ConnectException("Offset objects should either be null or contain the key 'position'");
  const position = offset.position;
  if (!Number.isSafeInteger(position) && typeof position !== 'bigint') {
    throw new ConnectException("The value for the 'position' key in the offset is expected to be a Long value");
  }
  if (Number(position) < 0) throw new ConnectException("The value for the 'position' key in the offset should be a non-negative value");
  if (partition === null) throw new ConnectException('Partition objects cannot be null');
  if (!Object.hasOwn(partition, 'filename')) throw new ConnectException("Partition objects should contain the key 'filename'");
}
