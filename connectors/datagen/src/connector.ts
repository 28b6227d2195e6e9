import { ConnectException, type ConfigDef, type Properties, type SourceConnector, type SourceMap } from '@millrace/api';
import { CONFIG, keyIndexOf } from './config.ts';
import { generatorNames, generatorOf } from './generators.ts';
import { DatagenSourceTask, recordCount, TASK_INDEX } from './task.ts';

/** Makes up records for labs and tests; every task makes as many as the configuration says. */
export class DatagenSourceConnector implements SourceConnector {
  #props: Properties = {};

  taskClass(): new () => DatagenSourceTask {
    return DatagenSourceTask;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  /** @throws ConfigException if a value is missing or refused. */
  start(props: Properties): void {
    const { quickstart, 'key.field': keyField } = CONFIG.parse(props);
    const generator = generatorOf(quickstart);
    if (generator !== null) keyIndexOf(generator, keyField);
    this.#props = props;
  }

  taskConfigs(maxTasks: number): Properties[] {
    return Array.from({ length: maxTasks }, (_, task) => ({ ...this.#props, [TASK_INDEX]: String(task) }));
  }

  stop(): void {}

  /** The offset holds all of the generator's state. */
  exactlyOnceSupport(): 'SUPPORTED' {
    return 'SUPPORTED';
  }

  /** @throws ConnectException if an offset is none of this connector's; a reset is fine for anything. */
  alterOffsets(_props: Properties, offsets: ReadonlyMap<SourceMap | null, SourceMap | null>): boolean {
    for (const [partition, offset] of offsets) {
      if (offset === null) continue;
      recordCount(offset);
      if (generatorOf(partition?.generator) === null || !isTaskIndex(partition?.task)) {
        const names = generatorNames.join(' or ');
        throw new ConnectException(`Partition objects should contain the keys 'generator' (${names}) and 'task' (0 or more)`);
      }
    }
    return true;
  }
}

function isTaskIndex(task: unknown): boolean {
  return Number.isSafeInteger(task) && (task as number) >= 0;
}
