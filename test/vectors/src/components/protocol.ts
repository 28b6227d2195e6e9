/** `protocol.jsonl`: bytes that workers exchange through their group. */

import {
  decodeAssignment,
  decodeWorkerState,
  encodeAssignment,
  encodeWorkerState,
  memberProtocols,
  NO_ASSIGNMENT,
  type Assignment,
  type ProtocolVersion,
  type TaskId,
  type WorkerState,
} from '@millrace/worker';
import type { Component, Components } from '../component.ts';

type Task = readonly [connector: string, task: number];

interface AssignmentJson {
  readonly version?: number;
  readonly error: number;
  readonly leader: string | null;
  readonly leaderUrl: string | null;
  readonly offset: string;
  readonly connectors: readonly string[];
  readonly tasks: readonly Task[];
  readonly revokedConnectors?: readonly string[];
  readonly revokedTasks?: readonly Task[];
  readonly delay?: string;
}

interface StateJson {
  readonly url: string | null;
  readonly offset: string;
  readonly assignment?: AssignmentJson | null;
}

const isUnassigned = (json: AssignmentJson): boolean => json.version !== undefined && json.leader === null;

function assignment(json: AssignmentJson): Assignment {
  return {
    version: json.version ?? 0,
    error: json.error,
    leader: json.leader,
    leaderUrl: json.leaderUrl,
    offset: BigInt(json.offset),
    connectors: json.connectors,
    tasks: json.tasks.map(task),
    revokedConnectors: json.revokedConnectors ?? [],
    revokedTasks: (json.revokedTasks ?? []).map(task),
    delay: Number(json.delay ?? 0),
  };
}

function task([connector, number]: Task): TaskId {
  return { connector, task: number };
}

function state(json: StateJson): WorkerState {
  const own = json.assignment ?? null;
  // Java tells the empty assignment from one without content by identity. In the vectors a worker that has read nothing holds the former.
  const isNone = own !== null && isUnassigned(own) && json.offset === '-1';
  const held = own === null || isNone ? NO_ASSIGNMENT : assignment(own);
  return { url: json.url as string, offset: BigInt(json.offset), assignment: held };
}

function assignmentJson(value: Assignment, version: ProtocolVersion): AssignmentJson {
  const common = {
    error: value.error,
    leader: value.leader,
    leaderUrl: value.leaderUrl,
    offset: String(value.offset),
    connectors: value.connectors,
    tasks: value.tasks.map(taskJson),
  };
  if (version === 0) return common;
  const revoked = { revokedConnectors: value.revokedConnectors, revokedTasks: value.revokedTasks.map(taskJson) };
  return { version: value.version, ...common, ...revoked, delay: String(value.delay) };
}

function taskJson({ connector, task: number }: TaskId): Task {
  return [connector, number];
}

function versionFor(config: unknown): ProtocolVersion {
  return (config as { sessioned?: boolean } | null)?.sessioned === true ? 2 : 1;
}

const bytes = (input: unknown): Buffer => Buffer.from(input as string, 'hex');

const decodeStateV1: Component = ({ input }) => {
  const decoded = decodeWorkerState(bytes(input), 1);
  return { url: decoded.url, offset: String(decoded.offset), assignment: assignmentJson(decoded.assignment ?? NO_ASSIGNMENT, 1) };
};

export const protocol: Components = {
  'ConnectProtocol.serializeMetadata': ({ input }) => encodeWorkerState(state(input as StateJson), 0).toString('hex'),
  'ConnectProtocol.deserializeMetadata': ({ input }) => {
    const { url, offset } = decodeWorkerState(bytes(input), 0);
    return { url, offset: String(offset) };
  },
  'ConnectProtocol.serializeAssignment': ({ input }) => encodeAssignment(assignment(input as AssignmentJson), 0)?.toString('hex') ?? null,
  'ConnectProtocol.deserializeAssignment': ({ input }) => assignmentJson(decodeAssignment(bytes(input), 0), 0),
  'IncrementalCooperativeConnectProtocol.serializeMetadata': ({ config, input }) =>
    encodeWorkerState(state(input as StateJson), versionFor(config)).toString('hex'),
  'IncrementalCooperativeConnectProtocol.deserializeMetadata': decodeStateV1,
  'IncrementalCooperativeConnectProtocol.serializeAssignment': ({ config, input }) => {
    const json = input as AssignmentJson | null;
    const value = json === null || isUnassigned(json) ? NO_ASSIGNMENT : assignment(json);
    return encodeAssignment(value, versionFor(config))?.toString('hex') ?? null;
  },
  'IncrementalCooperativeConnectProtocol.deserializeAssignment': ({ input }) => assignmentJson(decodeAssignment(bytes(input), 1), 1),
  'IncrementalCooperativeConnectProtocol.metadataRequest': ({ config, input }) =>
    memberProtocols(versionFor(config) === 2 ? 'sessioned' : 'compatible', state(input as StateJson)).map(({ name, metadata }) => [
      name,
      metadata.toString('hex'),
    ]),
};
