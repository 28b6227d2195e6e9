import { DataException } from '@millrace/api';
import type { State } from '../task/task-services.ts';
import type { TaskId } from '../task/task-id.ts';
import type { AutoRestartRecord } from './auto-restart-record.ts';
import { taskIdOf } from './config-records.ts';
import { asMap, jsonBytes, jsonFields } from './json-record.ts';
import type { StoredStatus } from './status-store.ts';

/** A status with the rebalance in which it was written, as the cluster shares it. */
export interface ClusterStatus extends StoredStatus {
  readonly generation: number;
}

/** A topic that a connector has used (KIP-558). */
export interface TopicStatus {
  readonly topic: string;
  readonly connector: string;
  /** Number of the task that used it first. */
  readonly task: number;
  /** Milliseconds since the epoch. */
  readonly discoverTimestamp: number;
}

/** A record of the status topic; a null value is a tombstone. */
export type StatusRecord =
  | { readonly kind: 'connector'; readonly connector: string; readonly value: ClusterStatus | null }
  | { readonly kind: 'task'; readonly id: TaskId; readonly value: ClusterStatus | null }
  | { readonly kind: 'auto-restart'; readonly connector: string; readonly value: AutoRestartRecord | null }
  | { readonly kind: 'topic'; readonly connector: string; readonly topic: string; readonly value: TopicStatus | null };

const connectorPrefix = 'status-connector-';
const taskPrefix = 'status-task-';
const topicPrefix = 'status-topic-';
/** Ours: the JVM worker logs that it does not know such a key, and goes on. */
const autoRestartPrefix = 'status-auto-restart-';
/** Topic names have no colon. */
const topicSeparator = ':connector-';
const states: readonly string[] = ['UNASSIGNED', 'RUNNING', 'PAUSED', 'FAILED', 'RESTARTING', 'STOPPED'] satisfies State[];

export const connectorKey = (connector: string): string => connectorPrefix + connector;
export const taskKey = ({ connector, task }: TaskId): string => `${taskPrefix}${connector}-${task}`;
export const topicKey = (connector: string, topic: string): string => `${topicPrefix}${topic}${topicSeparator}${connector}`;
export const autoRestartKey = (connector: string): string => autoRestartPrefix + connector;

export function statusBytes({ state, trace, workerId, generation, version }: ClusterStatus): Buffer {
  return jsonBytes({ state, trace: trace ?? null, worker_id: workerId, generation, version: version ?? null });
}

export function topicBytes({ topic, connector, task, discoverTimestamp }: TopicStatus): Buffer {
  return jsonBytes({ topic: { name: topic, connector, task, discoverTimestamp } });
}

export function autoRestartBytes({ count, lastRestartMs }: AutoRestartRecord): Buffer {
  return jsonBytes({ count, last_restart: lastRestartMs });
}

/** @returns null for a key that this version does not know @throws DataException if the value is not what the key promises */
export function parseStatusRecord(key: string, bytes: Buffer | null): StatusRecord | null {
  if (key.startsWith(connectorPrefix)) {
    return { kind: 'connector', connector: key.slice(connectorPrefix.length), value: statusOf(key, bytes) };
  }
  if (key.startsWith(taskPrefix)) return { kind: 'task', id: taskIdOf(key.slice(taskPrefix.length), key), value: statusOf(key, bytes) };
  if (key.startsWith(autoRestartPrefix)) {
    return { kind: 'auto-restart', connector: key.slice(autoRestartPrefix.length), value: autoRestartOf(key, bytes) };
  }
  const separator = key.indexOf(topicSeparator);
  if (!key.startsWith(topicPrefix) || separator < 0) return null;
  const topic = key.slice(topicPrefix.length, separator);
  return { kind: 'topic', topic, connector: key.slice(separator + topicSeparator.length), value: topicOf(key, bytes) };
}

function statusOf(key: string, bytes: Buffer | null): ClusterStatus | null {
  if (bytes === null) return null;
  const fields = jsonFields(bytes, key);
  const state = fields.get('state');
  const workerId = fields.get('worker_id');
  const generation = fields.get('generation');
  if (typeof state !== 'string' || !states.includes(state)) throw new DataException(`${key} has no state that is known: ${String(state)}`);
  if (typeof workerId !== 'string' || typeof generation !== 'number') throw new DataException(`${key} does not say whose status it is`);
  const trace = fields.get('trace');
  const version = fields.get('version');
  return {
    state: state as State,
    workerId,
    generation,
    ...(typeof trace === 'string' ? { trace } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  };
}

function topicOf(key: string, bytes: Buffer | null): TopicStatus | null {
  if (bytes === null) return null;
  const fields = asMap(jsonFields(bytes, key).get('topic'));
  const [topic, connector, task, at] = ['name', 'connector', 'task', 'discoverTimestamp'].map((field) => fields?.get(field));
  if (typeof topic !== 'string' || typeof connector !== 'string' || typeof task !== 'number' || typeof at !== 'number') {
    throw new DataException(`${key} has no topic`);
  }
  return { topic, connector, task, discoverTimestamp: at };
}

function autoRestartOf(key: string, bytes: Buffer | null): AutoRestartRecord | null {
  if (bytes === null) return null;
  const fields = jsonFields(bytes, key);
  const [count, lastRestartMs] = [fields.get('count'), fields.get('last_restart')];
  if (typeof count !== 'number' || typeof lastRestartMs !== 'number') throw new DataException(`${key} does not tell of restarts`);
  return { count, lastRestartMs };
}
