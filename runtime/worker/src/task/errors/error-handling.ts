import { ConnectException } from '@millrace/api';
import type { Admin, KafkaTransport } from '@millrace/kafka';
import type { SinkConnectorConfig } from '../../config/sink-connector-config.ts';
import type { SourceConnectorConfig } from '../../config/source-connector-config.ts';
import { adminProperties, deadLetterProducerProperties } from '../client-properties.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../error-message.ts';
import type { TargetStateSwitch } from '../target-state-switch.ts';
import type { TaskCounters } from '../task-counters.ts';
import { taskIdText } from '../task-id.ts';
import type { TaskServices, TaskSpec } from '../task-services.ts';
import { DeadLetterQueueReporter } from './dead-letter-queue-reporter.ts';
import type { ErrorReporter } from './error-reporter.ts';
import { LogReporter } from './log-reporter.ts';
import { RetryWithToleranceOperator } from './retry-with-tolerance-operator.ts';

/** Time, in milliseconds, that the dead letter queue has for its last records when a task stops. */
const closeTimeoutMs = 30_000;

/** What error handling needs of the run of a task. */
export interface ErrorHandlingParts {
  readonly spec: TaskSpec;
  readonly services: TaskServices;
  readonly transport: KafkaTransport;
  readonly clock: Clock;
  readonly state: TargetStateSwitch;
  readonly counters: TaskCounters;
  /** Registers a client that has to be closed when the task ends or is cut off; twice is fine. */
  onEnd(what: string, close: () => Promise<void>): void;
}

/** Error handling of a source: it has no dead letter queue. */
export function sourceErrorHandling(config: SourceConnectorConfig, parts: ErrorHandlingParts): RetryWithToleranceOperator {
  return operator(config, logReporters(config, parts), parts);
}

/**
 * Error handling of a sink, with its dead letter queue if it has one.
 * @throws ConnectException if the topic of the dead letter queue is not there and cannot be created
 */
export async function sinkErrorHandling(config: SinkConnectorConfig, parts: ErrorHandlingParts): Promise<RetryWithToleranceOperator> {
  const reporters: ErrorReporter[] = logReporters(config, parts);
  const topic = config['errors.deadletterqueue.topic.name'];
  if (topic !== '') reporters.push(await openDeadLetterQueue(topic, config, parts));
  return operator(config, reporters, parts);
}

/** Whether records that a sink task reports get anywhere (KIP-610). */
export function takesErrantRecords(config: SinkConnectorConfig): boolean {
  return config['errors.deadletterqueue.topic.name'] !== '' || config['errors.log.enable'];
}

function operator(
  config: SourceConnectorConfig | SinkConnectorConfig,
  reporters: readonly ErrorReporter[],
  { spec, services, clock, state, counters }: ErrorHandlingParts,
): RetryWithToleranceOperator {
  return new RetryWithToleranceOperator({
    taskName: taskIdText(spec.id),
    tolerance: config['errors.tolerance'] === 'all' ? 'all' : 'none',
    retryTimeoutMs: Number(config['errors.retry.timeout']),
    maxRetryDelayMs: Number(config['errors.retry.delay.max.ms']),
    reporters,
    clock,
    stopSignal: state.stopSignal,
    counters,
    services,
    random: Math.random,
  });
}

function logReporters(
  config: SourceConnectorConfig | SinkConnectorConfig,
  { spec, services, counters }: ErrorHandlingParts,
): ErrorReporter[] {
  if (!config['errors.log.enable']) return [];
  const includeRecord = config['errors.log.include.messages'];
  return [new LogReporter({ taskName: taskIdText(spec.id), includeRecord, services, counters })];
}

async function openDeadLetterQueue(
  topic: string,
  config: SinkConnectorConfig,
  parts: ErrorHandlingParts,
): Promise<DeadLetterQueueReporter> {
  const { spec, transport, counters, state } = parts;
  await createTopic(topic, config['errors.deadletterqueue.topic.replication.factor'], transport.admin(adminProperties(spec)));
  const producer = transport.producer(deadLetterProducerProperties(spec));
  parts.onEnd('closing the dead letter queue', () => producer.close(state.isCancelled ? 0 : closeTimeoutMs));
  const contextHeaders = config['errors.deadletterqueue.context.headers.enable'];
  return new DeadLetterQueueReporter({ id: spec.id, topic, contextHeaders, producer, counters });
}

async function createTopic(name: string, replicationFactor: number, admin: Admin): Promise<void> {
  try {
    const existing = await admin.describeTopics([name]);
    if (!existing.has(name)) await admin.createTopic({ name, partitions: 1, replicationFactor, config: {} });
  } catch (error) {
    throw new ConnectException(`Could not initialize dead letter queue with topic=${name}: ${messageOf(error)}`, {
      cause: error,
      configKey: 'errors.deadletterqueue.topic.replication.factor',
      suggestion: 'Create the topic yourself, or set a replication factor that the cluster has brokers for',
    });
  } finally {
    await admin.close();
  }
}
