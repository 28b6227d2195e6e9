import {
  ConfigDef,
  type PluginKind,
  type Properties,
  type SinkConnector,
  type SinkTask,
  type SourceConnector,
  type SourceTask,
} from '@millrace/api';
import type { PluginClass, PluginDescriptor } from '../../src/plugins/plugin-descriptor.ts';

/** A plug-in without a package. */
export function plugin(kind: PluginKind, className: string, Class: PluginClass): PluginDescriptor {
  return { kind, className, taskClassName: `${className}Task`, aliases: [], version: '1.0.0', location: 'test', load: async () => Class };
}

/** A source connector around tasks that a test writes. */
export function sourcePlugin(className: string, task: () => SourceTask, overrides: Partial<SourceConnector> = {}): PluginDescriptor {
  return plugin('source', className, connectorClass(task, overrides));
}

/** A sink connector around tasks that a test writes. */
export function sinkPlugin(className: string, task: () => SinkTask, overrides: Partial<SinkConnector> = {}): PluginDescriptor {
  return plugin('sink', className, connectorClass(task, overrides));
}

function connectorClass(task: () => SourceTask | SinkTask, overrides: object): PluginClass {
  // A class whose `new` gives what the test made: the runtime only ever constructs tasks.
  const TaskClass = function construct() {
    return task();
  } as unknown as PluginClass;
  return class TestConnector {
    constructor() {
      Object.assign(this, overrides);
    }
    taskClass(): PluginClass {
      return TaskClass;
    }
    config(): ConfigDef {
      return new ConfigDef();
    }
    start(): void {
      // Nothing to watch.
    }
    taskConfigs(maxTasks: number): Properties[] {
      return Array.from({ length: maxTasks }, (_, task) => ({ number: String(task) }));
    }
    stop(): void {
      // Nothing to release.
    }
  };
}
