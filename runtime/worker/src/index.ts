/**
 * The Connect worker.
 *
 * @module
 */
export {
  ADMIN_CONFIG,
  CONSUMER_CONFIG,
  PRODUCER_CONFIG,
  type AdminConfig,
  type ClientType,
  type ConsumerConfig,
  type ProducerConfig,
} from './config/client-config.ts';
export { patchedConfig } from './config/config-patch.ts';
export { ConfigReload, type RestartConnector } from './config/config-reload.ts';
export { ConfigTransformer, type ResolvedVariable, type TransformedConfig } from './config/config-transformer.ts';
export {
  DISTRIBUTED_CONFIG,
  leaderTransactionalId,
  parseDistributedConfig,
  storageTopicSettings,
  type DistributedConfig,
  type StorageTopic,
} from './config/distributed-config.ts';
export { parseProperties, readPropertiesFile, unreadable } from './config/properties-file.ts';
export { builtInConfigProviders } from './config/providers/built-in-providers.ts';
export { SINK_CONNECTOR_CONFIG, type SinkConnectorConfig } from './config/sink-connector-config.ts';
export { SOURCE_CONNECTOR_CONFIG, type SourceConnectorConfig } from './config/source-connector-config.ts';
export { TopicCreationGroup, TopicCreationGroups } from './config/topic-creation-config.ts';
export { STANDALONE_CONFIG, type StandaloneConfig } from './config/worker-config.ts';
export { IncrementalCooperativeAssignor } from './herder/assignor/incremental-cooperative-assignor.ts';
export type { ConfigInfo, ConfigInfos, ConfigKeyInfo, ConfigValueInfo } from './herder/config-infos.ts';
export { ConnectorValidator, validationError, type ConnectorValidatorOptions } from './herder/connector-validation.ts';
export type { AutoRestartInfo } from './herder/auto-restart/auto-restart-info.ts';
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
export { NO_ASSIGNMENT, type Assignment, type Workload, type WorkerState } from './herder/protocol/assignment.ts';
export {
  decodeAssignment,
  decodeWorkerState,
  encodeAssignment,
  encodeWorkerState,
  memberProtocols,
  type ProtocolVersion,
} from './herder/protocol/connect-protocol.ts';
export { BadRequestException, ConnectRestException } from './herder/rest-exceptions.ts';
export { StandaloneHerder } from './herder/standalone-herder.ts';
export { parseConnectorConfig, type DefinitionContext } from './herder/validation-definition.ts';
export { ensureSinkTopics, topicsList } from './herder/validation-sink.ts';
export { parseSinkOffsets, sinkOffset, type ConnectorOffset } from './herder/validation-sink-offsets.ts';
export {
  createWorkerLog,
  openWorkerLog,
  type LogContext,
  type LogFormat,
  type WorkerLog,
  type WorkerLogOptions,
} from './log/worker-log.ts';
export { metricsTables } from './metrics/metrics-tables.ts';
export { builtInPlugins } from './plugins/built-in.ts';
export { discoverPackage, KAFKA_VERSION } from './plugins/discovery.ts';
export { loadPlugins, type PluginLocations } from './plugins/load-plugins.ts';
export type { PluginClass, PluginDescriptor } from './plugins/plugin-descriptor.ts';
export { PluginRegistry } from './plugins/plugin-registry.ts';
export { containStrayErrors } from './task/stray-errors.ts';
export { startStandalone, type StandaloneOptions, type StandaloneWorker } from './standalone.ts';
export { startDistributed, type DistributedOptions, type DistributedWorker } from './start-distributed.ts';
export { DeadLetterQueueReporter } from './task/errors/dead-letter-queue-reporter.ts';
export { FailureContext } from './task/errors/failure-context.ts';
export { LogReporter } from './task/errors/log-reporter.ts';
export { RetryWithToleranceOperator, type RetryWithToleranceOptions } from './task/errors/retry-with-tolerance-operator.ts';
export type { Stage } from './task/errors/stage.ts';
export { checkedTimestamp } from './task/record-timestamp.ts';
export { TaskCounters } from './task/task-counters.ts';
export type { State, TargetState, TaskMetrics } from './task/task-services.ts';
export type { TaskId } from './task/task-id.ts';
export { traceOf } from './task/trace.ts';
