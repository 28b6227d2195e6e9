/**
 * The Connect worker.
 *
 * @module
 */
export { parseProperties, readPropertiesFile, unreadable } from './config/properties-file.ts';
export { STANDALONE_CONFIG, type StandaloneConfig } from './config/worker-config.ts';
export type {
  ConnectorInfo,
  ConnectorStateInfo,
  Herder,
  PluginInfo,
  PutOptions,
  PutResult,
  RawConfig,
  RestartRequest,
  StateInfo,
  TaskInfo,
} from './herder/herder.ts';
export { BadRequestException, ConnectRestException } from './herder/rest-exceptions.ts';
export { StandaloneHerder } from './herder/standalone-herder.ts';
export { createWorkerLog, type LogFormat, type WorkerLog, type WorkerLogOptions } from './log/worker-log.ts';
export { KAFKA_VERSION } from './plugins/discovery.ts';
export type { PluginClass, PluginDescriptor } from './plugins/plugin-descriptor.ts';
export { PluginRegistry } from './plugins/plugin-registry.ts';
export { startStandalone, type StandaloneOptions, type StandaloneWorker } from './standalone.ts';
export type { State, TargetState, TaskMetrics } from './task/task-services.ts';
export { traceOf } from './task/trace.ts';
