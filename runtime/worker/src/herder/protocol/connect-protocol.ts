/**
 * Bytes that workers exchange through their group: `org.apache.kafka.connect.runtime.distributed.ConnectProtocol` (version 0) and
 * `IncrementalCooperativeConnectProtocol` (versions 1 and 2, which differ in the number alone).
 */
import type { MemberProtocol } from '@millrace/kafka';
import type { TaskId } from '../../task/task-id.ts';
import { NO_ASSIGNMENT, type Assignment, type WorkerState } from './assignment.ts';
import { javaHashOrder } from '../../java-hash-order.ts';
import { ProtocolReader } from './protocol-reader.ts';
import { ProtocolWriter } from './protocol-writer.ts';
import { SchemaException } from './schema-exception.ts';

/** What `connect.protocol` may say. */
export type ConnectProtocol = 'eager' | 'compatible' | 'sessioned';

/** Version of the bytes that a protocol exchanges. */
export type ProtocolVersion = 0 | 1 | 2;

/** In an entry of tasks: the connector itself. */
const connectorTask = -1;

/** Protocols in the order in which a worker prefers them, under their names in the group, with the version of their bytes. */
const subprotocols: Readonly<Record<ConnectProtocol, readonly (readonly [name: string, version: ProtocolVersion])[]>> = {
  eager: [['default', 0]],
  compatible: [
    ['compatible', 1],
    ['default', 0],
  ],
  sessioned: [
    ['sessioned', 2],
    ['compatible', 1],
    ['default', 0],
  ],
};

/** The version that a group speaks. @throws SchemaException if no worker knows the name */
export function versionOf(name: string): ProtocolVersion {
  const found = subprotocols.sessioned.find(([known]) => known === name);
  if (found === undefined) throw new SchemaException(`Unknown Connect group protocol: ${name}`);
  return found[1];
}

/** Protocols with which a worker joins its group. */
export function memberProtocols(protocol: ConnectProtocol, state: WorkerState): MemberProtocol[] {
  return subprotocols[protocol].map(([name, version]) => ({ name, metadata: encodeWorkerState(state, version) }));
}

/** @throws SchemaException if a text is missing */
export function encodeWorkerState(state: WorkerState, version: ProtocolVersion): Buffer {
  const writer = new ProtocolWriter().int16(version).string('url', state.url).int64(state.offset);
  if (version > 0) writer.nullableBytes(encodeAssignment(state.assignment, version));
  return writer.bytes();
}

/** Reads what a member says. @param version that of the group's protocol @throws SchemaException */
export function decodeWorkerState(bytes: Buffer, version: ProtocolVersion): WorkerState {
  const reader = new ProtocolReader(bytes);
  checkedVersion(reader);
  const url = reader.string('url');
  const offset = reader.int64('config-offset');
  if (version === 0) return { url, offset, assignment: NO_ASSIGNMENT };
  const allocation = reader.nullableBytes('allocation');
  return { url, offset, assignment: allocation === null ? NO_ASSIGNMENT : decodeAssignment(allocation, version) };
}

/**
 * @returns null for no assignment, which only versions 1 and 2 can tell
 * @throws SchemaException if the leader is missing
 */
export function encodeAssignment(assignment: Assignment | null, version: ProtocolVersion): Buffer | null {
  if (version > 0 && (assignment === null || assignment === NO_ASSIGNMENT)) return null;
  const { error, leader, leaderUrl, offset, connectors, tasks, revokedConnectors, revokedTasks, delay } = assignment ?? NO_ASSIGNMENT;
  const writer = new ProtocolWriter().int16(version).int16(error).string('leader', leader).string('leader-url', leaderUrl).int64(offset);
  writeWorkload(writer, javaHashOrder(connectors), tasks);
  if (version > 0) {
    writeWorkload(writer, revokedConnectors, revokedTasks);
    writer.int32(delay);
  }
  return writer.bytes();
}

/** Fields at the end may be missing in versions 1 and 2. @param version that of the group's protocol @throws SchemaException */
export function decodeAssignment(bytes: Buffer, version: ProtocolVersion): Assignment {
  const reader = new ProtocolReader(bytes);
  const ownVersion = checkedVersion(reader);
  const head = {
    version: ownVersion,
    error: reader.int16('error'),
    leader: reader.string('leader'),
    leaderUrl: reader.string('leader-url'),
    offset: reader.int64('config-offset'),
  };
  const assigned = version === 0 || reader.hasMore ? readWorkload(reader, 'assignment') : NO_ASSIGNMENT;
  const revoked = version > 0 && reader.hasMore ? readWorkload(reader, 'revoked') : NO_ASSIGNMENT;
  const delay = version > 0 && reader.hasMore ? reader.int32('delay') : 0;
  return {
    ...head,
    connectors: assigned.connectors,
    tasks: assigned.tasks,
    revokedConnectors: revoked.connectors,
    revokedTasks: revoked.tasks,
    delay,
  };
}

function checkedVersion(reader: ProtocolReader): number {
  const version = reader.int16('version');
  // Newer versions only add fields.
  if (version < 0) throw new SchemaException(`Unsupported subscription version: ${version}`);
  return version;
}

function writeWorkload(writer: ProtocolWriter, connectors: readonly string[], tasks: readonly TaskId[]): void {
  const entries = new Map<string, number[]>();
  const add = (connector: string, task: number): void => {
    const numbers = entries.get(connector);
    if (numbers === undefined) entries.set(connector, [task]);
    else numbers.push(task);
  };
  for (const connector of connectors) add(connector, connectorTask);
  for (const { connector, task } of tasks) add(connector, task);
  writer.array(entries, ([connector, numbers]) => {
    writer.string('connector', connector).array(numbers, (task) => writer.int32(task));
  });
}

function readWorkload(reader: ProtocolReader, field: string): { connectors: string[]; tasks: TaskId[] } {
  const connectors: string[] = [];
  const tasks: TaskId[] = [];
  const entries = reader.array(field, () => ({
    connector: reader.string('connector'),
    numbers: reader.array('tasks', () => reader.int32('tasks')),
  }));
  for (const { connector, numbers } of entries) {
    for (const task of numbers) {
      if (task === connectorTask) connectors.push(connector);
      else tasks.push({ connector, task });
    }
  }
  return { connectors, tasks };
}
