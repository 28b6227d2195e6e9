import { setTimeout as wait } from 'node:timers/promises';
import { ConfigException, type Logger } from '@millrace/api';
import { InvalidReplicationFactorException, KafkaRetriableException, type Admin, type NewTopic } from '@millrace/kafka';

/** A topic in which the workers of a cluster keep what they share. */
export interface InternalTopic {
  readonly name: string;
  /** Configuration key that names the topic, for errors. */
  readonly configKey: string;
  /** What the topic holds, for errors, such as `connector offsets`. */
  readonly content: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  /** Settings besides `cleanup.policy`. */
  readonly settings: Readonly<Record<string, string>>;
  /** The topic has to have one partition, since its records are read in one order. */
  readonly isSinglePartition: boolean;
}

export interface InternalTopicOptions {
  readonly admin: Admin;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Longest time, in milliseconds, that Kafka may be unable to create the topic. Default: 60,000. */
  readonly timeoutMs?: number;
}

const retryMs = 250;
/** Answers after which Kafka Connect takes it that the topic exists: the worker may lack the right, or the broker the request. */
const assumedToExist = new Set(['AuthorizationException', 'UnsupportedVersionException']);

/**
 * Creates an internal topic, compacted, or checks the one that is there.
 *
 * @throws ConfigException if the topic that is there would lose records or, where one is asked for, has more than one partition
 * @throws KafkaException if Kafka cannot create it in time
 */
export async function ensureInternalTopic(topic: InternalTopic, options: InternalTopicOptions): Promise<void> {
  if (await isCreated(topic, options)) {
    options.log.info(`Created topic ${topic.name} for ${topic.content}`);
    return;
  }
  await checkPartitions(topic, options);
  await checkCleanupPolicy(topic, options);
}

async function isCreated(topic: InternalTopic, { admin, log, signal, timeoutMs = 60_000 }: InternalTopicOptions): Promise<boolean> {
  const { name, partitions, replicationFactor, settings } = topic;
  const wanted: NewTopic = { name, partitions, replicationFactor, config: { ...settings, 'cleanup.policy': 'compact' } };
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await admin.createTopic(wanted);
    } catch (error) {
      if (assumedToExist.has((error as Error).name)) return false;
      // Brokers that are not up yet count as missing replicas.
      const mayPass = error instanceof KafkaRetriableException || error instanceof InvalidReplicationFactorException;
      if (!mayPass || Date.now() >= deadline) throw error;
      if ((await existing(topic, admin)) !== undefined) return false;
      log.warn(`Topic ${name} cannot be created yet: ${(error as Error).message}`);
      await wait(retryMs, undefined, { signal });
    }
  }
}

/** Number of partitions of the topic, undefined if it is not there or cannot be asked for. */
async function existing({ name }: InternalTopic, admin: Admin): Promise<number | undefined> {
  const topics = await admin.describeTopics([name]).catch(() => new Map<string, { readonly partitions: number }>());
  return topics.get(name)?.partitions;
}

async function checkPartitions(topic: InternalTopic, { admin }: InternalTopicOptions): Promise<void> {
  if (!topic.isSinglePartition) return;
  const partitions = (await existing(topic, admin)) ?? 1;
  if (partitions === 1) return;
  throw new ConfigException(
    `Topic '${topic.name}', which ${topic.configKey} names, must have exactly one partition to keep ${topic.content} in order, but has ${partitions}`,
    { configKey: topic.configKey, suggestion: `Name another topic in ${topic.configKey}; the worker creates it if it does not exist` },
  );
}

async function checkCleanupPolicy(topic: InternalTopic, { admin, log }: InternalTopicOptions): Promise<void> {
  let policy: string | undefined;
  try {
    policy = (await admin.topicConfig(topic.name)).get('cleanup.policy');
  } catch (error) {
    log.info(`Could not read the settings of topic ${topic.name}, so its cleanup.policy is not checked: ${(error as Error).message}`);
    return;
  }
  if (policy === undefined || policy === 'compact') return;
  throw new ConfigException(
    `Topic '${topic.name}', which ${topic.configKey} names, must have 'cleanup.policy=compact' to keep ${topic.content}, but has ` +
      `'cleanup.policy=${policy}'. With it Kafka would delete ${topic.content} sooner or later`,
    {
      configKey: topic.configKey,
      suggestion: `Set cleanup.policy=compact on the topic, or name another in ${topic.configKey}`,
    },
  );
}
