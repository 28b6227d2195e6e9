/** Kafka Connect's names of the loggers that the runtime writes to. A line of a plug-in goes to the logger of its class. */
export const LoggerName = {
  WORKER: 'org.apache.kafka.connect.runtime.Worker',
  HERDER: 'org.apache.kafka.connect.runtime.AbstractHerder',
  STANDALONE_HERDER: 'org.apache.kafka.connect.runtime.standalone.StandaloneHerder',
  WORKER_CONNECTOR: 'org.apache.kafka.connect.runtime.WorkerConnector',
  WORKER_TASK: 'org.apache.kafka.connect.runtime.WorkerTask',
  SOURCE_TASK: 'org.apache.kafka.connect.runtime.WorkerSourceTask',
  SINK_TASK: 'org.apache.kafka.connect.runtime.WorkerSinkTask',
  PLUGINS: 'org.apache.kafka.connect.runtime.isolation.Plugins',
  REST: 'org.apache.kafka.connect.runtime.rest.RestServer',
} as const;

/** Our own names, each with those of Kafka Connect that it stands for. */
const ownNames: Readonly<Record<string, readonly string[]>> = {
  'millrace.worker': [LoggerName.WORKER],
  'millrace.worker.connector': [LoggerName.WORKER_CONNECTOR],
  'millrace.worker.herder': [LoggerName.HERDER, LoggerName.STANDALONE_HERDER],
  'millrace.worker.plugins': [LoggerName.PLUGINS],
  'millrace.worker.rest': [LoggerName.REST],
  'millrace.worker.task': [LoggerName.WORKER_TASK, LoggerName.SOURCE_TASK, LoggerName.SINK_TASK],
  'millrace.worker.task.sink': [LoggerName.SINK_TASK],
  'millrace.worker.task.source': [LoggerName.SOURCE_TASK],
};

/** Loggers that every worker has. */
export const runtimeLoggers: readonly string[] = [
  'org.apache.kafka',
  'org.apache.kafka.connect',
  'org.apache.kafka.connect.runtime',
  ...Object.values(LoggerName),
  'millrace',
  ...Object.keys(ownNames),
];

/** The loggers that one of our names stands for; empty for any other name. */
export function kafkaNamesOf(name: string): readonly string[] {
  return Object.hasOwn(ownNames, name) ? (ownNames[name] as readonly string[]) : [];
}
