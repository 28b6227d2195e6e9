import { ConfigException, NullPointerException, parseType, type ConfigValue } from '@millrace/api';
import { topicPattern } from '../config/topic-pattern.ts';
import { sinkGroupId } from '../task/client-properties.ts';
import type { RawProps } from './validation-plugins.ts';

type Values = Map<string, ConfigValue>;

const topicsKey = 'topics';
const regexKey = 'topics.regex';
const deadLetterQueueKey = 'errors.deadletterqueue.topic.name';
const groupKey = 'consumer.override.group.id';

/** The distinct, non-empty names of `topics`. */
export function topicsList(props: RawProps): string[] {
  const topics = parseType(topicsKey, props[topicsKey] ?? '', 'list') as string[];
  return [...new Set(topics.filter((topic) => topic !== ''))];
}

/** @throws NullPointerException if the key is there and null, which Kafka Connect fails on as well. */
export function deadLetterQueueTopic(props: RawProps): string {
  const topic = props[deadLetterQueueKey];
  if (topic === null) throw new NullPointerException(`${deadLetterQueueKey} must not be null: leave it out for no dead letter queue`);
  return (topic ?? '').trim();
}

/**
 * What is wrong with the topics of a sink connector, as key and message: exactly one of `topics` and `topics.regex` has to be set, and the
 * dead letter queue must not be among what is read.
 */
function topicErrors(props: RawProps): [string, string][] {
  const topics = props[topicsKey] ?? '';
  const regex = props[regexKey] ?? '';
  const deadLetterQueue = deadLetterQueueTopic(props);
  const hasTopics = topics.trim() !== '';
  const hasRegex = regex.trim() !== '';
  const errors: [string, string][] = [];
  if (hasTopics === hasRegex) {
    const message = hasTopics
      ? `${topicsKey} and ${regexKey} are mutually exclusive options, but both are set.`
      : `Must configure one of ${topicsKey} or ${regexKey}`;
    errors.push([topicsKey, message], [regexKey, message]);
  }
  if (deadLetterQueue === '') return errors;
  const list = topicsList(props);
  if (list.includes(deadLetterQueue)) {
    const where = `included in the list of topics ('${topicsKey}=[${list.join(', ')}]')`;
    errors.push([topicsKey, `The DLQ topic '${deadLetterQueue}' may not be ${where} consumed by the connector`]);
  }
  if (hasRegex && matches(regex, deadLetterQueue)) {
    const where = `matched by the regex for the topics ('${regexKey}=${regex}')`;
    errors.push([regexKey, `The DLQ topic '${deadLetterQueue}' may not be ${where} consumed by the connector`]);
  }
  return errors;
}

/** An expression that is none has an error of its own already. */
function matches(regex: string, topic: string): boolean {
  try {
    return topicPattern(regex).test(topic);
  } catch {
    return false;
  }
}

/** @throws ConfigException for the first error in the topics of a sink connector. */
export function ensureSinkTopics(props: RawProps): void {
  const [first] = topicErrors(props);
  if (first !== undefined) throw ConfigException.invalidValue(first[0], props[first[0]] ?? null, first[1]);
}

/** Adds errors in the topics of a sink connector to what is known of its keys. */
export function validateSinkTopics(props: RawProps, values: Values): void {
  for (const [key, message] of topicErrors(props)) values.get(key)?.errorMessages.push(message);
}

/** Adds an error when the consumer group of the sink would be the group of the workers. */
export function validateSinkGroup(props: RawProps, values: Values, workerGroup: string): void {
  const overridden = props[groupKey];
  if (typeof overridden === 'string') {
    const value = values.get(groupKey) ?? { name: groupKey, value: overridden, recommendedValues: [], errorMessages: [], visible: true };
    if (overridden === workerGroup) {
      value.errorMessages.push(`Consumer group ${overridden} conflicts with Connect worker group ${workerGroup}`);
    }
    values.set(groupKey, value);
    return;
  }
  const name = values.get('name');
  if (typeof name?.value === 'string' && sinkGroupId(name.value) === workerGroup) {
    name.errorMessages.push(`Consumer group for sink connector named ${name.value} conflicts with Connect worker group ${workerGroup}`);
  }
}
