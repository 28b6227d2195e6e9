import { DataException } from '@millrace/api';
import type { TargetState } from '../task/task-services.ts';
import type { TaskId } from '../task/task-id.ts';
import type { RawProperties } from './cluster-config-state.ts';
import { asMap, jsonBytes, jsonFields } from './json-record.ts';
import type { SessionKey } from './session-key.ts';

/** Asks for a restart of a connector (KIP-745). */
export interface ClusterRestartRequest {
  readonly connector: string;
  readonly onlyFailed: boolean;
  readonly includeTasks: boolean;
}

/** A record of the config topic that says something to this version of Kafka Connect; a null value is a tombstone. */
export type ConfigRecord =
  | { readonly kind: 'target-state'; readonly connector: string; readonly value: TargetState | null }
  | { readonly kind: 'connector'; readonly connector: string; readonly value: RawProperties | null }
  | { readonly kind: 'task'; readonly id: TaskId; readonly value: RawProperties }
  | { readonly kind: 'commit'; readonly connector: string; readonly value: number }
  | { readonly kind: 'restart'; readonly value: ClusterRestartRequest }
  | { readonly kind: 'task-count'; readonly connector: string; readonly value: number }
  | { readonly kind: 'session-key'; readonly value: SessionKey }
  | { readonly kind: 'logger'; readonly namespace: string; readonly level: string };

/** A record to write. */
export type KeyAndValue = readonly [key: string, value: Buffer | null];

const prefixes = {
  targetState: 'target-state-',
  connector: 'connector-',
  task: 'task-',
  commit: 'commit-',
  restart: 'restart-connector-',
  taskCount: 'tasks-fencing-',
  logger: 'logger-cluster-',
};
const sessionKeyKey = 'session-key';
const targetStates: readonly string[] = ['STARTED', 'PAUSED', 'STOPPED'] satisfies TargetState[];

export const connectorRecord = (connector: string, properties: RawProperties | null): KeyAndValue => [
  prefixes.connector + connector,
  properties === null ? null : jsonBytes({ properties }),
];

/** Workers before 3.5 read `state` alone and know no STOPPED. */
export const targetStateRecord = (connector: string, state: TargetState | null): KeyAndValue => [
  prefixes.targetState + connector,
  state === null ? null : jsonBytes({ state: state === 'STOPPED' ? 'PAUSED' : state, 'state.v2': state }),
];

export const taskRecord = ({ connector, task }: TaskId, properties: RawProperties): KeyAndValue => [
  `${prefixes.task}${connector}-${task}`,
  jsonBytes({ properties }),
];

export const commitRecord = (connector: string, tasks: number): KeyAndValue => [prefixes.commit + connector, jsonBytes({ tasks })];

export const taskCountRecord = (connector: string, count: number): KeyAndValue => [
  prefixes.taskCount + connector,
  jsonBytes({ 'task-count': count }),
];

export const sessionKeyRecord = ({ key, algorithm, createdAt }: SessionKey): KeyAndValue => [
  sessionKeyKey,
  jsonBytes({ key: key.toString('base64'), algorithm, 'creation-timestamp': createdAt }),
];

export const restartRecord = ({ connector, includeTasks, onlyFailed }: ClusterRestartRequest): KeyAndValue => [
  prefixes.restart + connector,
  jsonBytes({ 'include-tasks': includeTasks, 'only-failed': onlyFailed }),
];

export const loggerRecord = (namespace: string, level: string): KeyAndValue => [prefixes.logger + namespace, jsonBytes({ level })];

/**
 * @returns null for a key that this version does not know, and for tombstones that mean nothing
 * @throws DataException if the value is not what the key promises
 */
export function parseConfigRecord(key: string, bytes: Buffer | null): ConfigRecord | null {
  for (const [prefix, parse] of parsers) {
    if (key.startsWith(prefix)) return parse(key.slice(prefix.length), bytes, key);
  }
  return null;
}

type Parse = (name: string, bytes: Buffer | null, key: string) => ConfigRecord | null;

/** A parser to which tombstones mean nothing. */
function ofFields(parse: (name: string, fields: ReadonlyMap<string, unknown>, key: string) => ConfigRecord | null): Parse {
  return (name, bytes, key) => (bytes === null ? null : parse(name, jsonFields(bytes, key), key));
}

const parsers: readonly (readonly [prefix: string, parse: Parse])[] = [
  [
    prefixes.targetState,
    (connector, bytes, key) => ({ kind: 'target-state', connector, value: bytes === null ? null : stateOf(jsonFields(bytes, key), key) }),
  ],
  [
    prefixes.connector,
    (connector, bytes, key) => ({ kind: 'connector', connector, value: bytes === null ? null : propertiesOf(jsonFields(bytes, key), key) }),
  ],
  [prefixes.task, ofFields((name, fields, key) => ({ kind: 'task', id: taskIdOf(name, key), value: propertiesOf(fields, key) }))],
  [prefixes.commit, ofFields((connector, fields, key) => ({ kind: 'commit', connector, value: countOf(fields, 'tasks', key) }))],
  [prefixes.restart, ofFields((connector, fields, key) => ({ kind: 'restart', value: restartOf(connector, fields, key) }))],
  [
    prefixes.taskCount,
    ofFields((connector, fields, key) => ({ kind: 'task-count', connector, value: countOf(fields, 'task-count', key) })),
  ],
  [sessionKeyKey, ofFields((rest, fields, key) => (rest === '' ? { kind: 'session-key', value: sessionKeyOf(fields, key) } : null))],
  [prefixes.logger, ofFields((namespace, fields, key) => ({ kind: 'logger', namespace, level: textOf(fields, 'level', key) }))],
];

/** The number is what stands behind the last dash. @throws DataException */
export function taskIdOf(name: string, key: string): TaskId {
  const dash = name.lastIndexOf('-');
  const number = name.slice(dash + 1);
  if (dash < 1 || !/^\d+$/.test(number)) throw new DataException(`${key} names no task`);
  return { connector: name.slice(0, dash), task: Number(number) };
}

function stateOf(fields: ReadonlyMap<string, unknown>, key: string): TargetState {
  const state = typeof fields.get('state.v2') === 'string' ? fields.get('state.v2') : fields.get('state');
  if (typeof state !== 'string' || !targetStates.includes(state)) throw new DataException(`${key} has no target state: ${String(state)}`);
  return state as TargetState;
}

function propertiesOf(fields: ReadonlyMap<string, unknown>, key: string): RawProperties {
  const properties = asMap(fields.get('properties'));
  if (properties === null) throw new DataException(`${key} has no properties`);
  const entries = [...properties].map(([name, value]): [string, string | null] => {
    if (value !== null && typeof value !== 'string') throw new DataException(`${key} has a value for ${name} that is no text`);
    return [name, value];
  });
  return Object.fromEntries(entries);
}

function countOf(fields: ReadonlyMap<string, unknown>, field: string, key: string): number {
  const count = fields.get(field);
  if (typeof count !== 'number' || count < 0) throw new DataException(`${key} has no count in ${field}: ${String(count)}`);
  return count;
}

function textOf(fields: ReadonlyMap<string, unknown>, field: string, key: string): string {
  const text = fields.get(field);
  if (typeof text !== 'string') throw new DataException(`${key} has no text in ${field}: ${String(text)}`);
  return text;
}

function restartOf(connector: string, fields: ReadonlyMap<string, unknown>, key: string): ClusterRestartRequest {
  const onlyFailed = fields.get('only-failed');
  const includeTasks = fields.get('include-tasks');
  if (typeof onlyFailed !== 'boolean') throw new DataException(`${key} does not say only-failed: ${String(onlyFailed)}`);
  if (typeof includeTasks !== 'boolean') throw new DataException(`${key} does not say include-tasks: ${String(includeTasks)}`);
  return { connector, onlyFailed, includeTasks };
}

function sessionKeyOf(fields: ReadonlyMap<string, unknown>, key: string): SessionKey {
  const createdAt = fields.get('creation-timestamp');
  if (typeof createdAt !== 'number') throw new DataException(`${key} has no time in creation-timestamp: ${String(createdAt)}`);
  return { key: Buffer.from(textOf(fields, 'key', key), 'base64'), algorithm: textOf(fields, 'algorithm', key), createdAt };
}
