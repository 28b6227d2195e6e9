import { partitionForKey } from '@millrace/kafka';
import { describe, expect, it } from 'vitest';
import {
  decodeAssignment,
  decodeWorkerState,
  encodeAssignment,
  encodeWorkerState,
  type ProtocolVersion,
} from '../../src/herder/protocol/connect-protocol.ts';
import {
  commitRecord,
  connectorRecord,
  loggerRecord,
  parseConfigRecord,
  restartRecord,
  sessionKeyRecord,
  targetStateRecord,
  taskCountRecord,
  taskRecord,
  type ConfigRecord,
  type KeyAndValue,
} from '../../src/storage/config-records.ts';
import {
  autoRestartBytes,
  autoRestartKey,
  connectorKey,
  parseStatusRecord,
  statusBytes,
  taskKey,
  topicBytes,
  topicKey,
  type StatusRecord,
} from '../../src/storage/status-records.ts';
import { capturedGroupBytes, capturedRecords, captureNames, type CapturedRecord } from '../support/internal-topic-captures.ts';

function configRecord(record: ConfigRecord): KeyAndValue {
  switch (record.kind) {
    case 'connector':
      return connectorRecord(record.connector, record.value);
    case 'target-state':
      return targetStateRecord(record.connector, record.value);
    case 'task':
      return taskRecord(record.id, record.value);
    case 'commit':
      return commitRecord(record.connector, record.value);
    case 'task-count':
      return taskCountRecord(record.connector, record.value);
    case 'session-key':
      return sessionKeyRecord(record.value);
    case 'restart':
      return restartRecord(record.value);
    case 'logger':
      return loggerRecord(record.namespace, record.level);
  }
}

function statusRecord(record: StatusRecord): KeyAndValue {
  switch (record.kind) {
    case 'connector':
      return [connectorKey(record.connector), record.value && statusBytes(record.value)];
    case 'task':
      return [taskKey(record.id), record.value && statusBytes(record.value)];
    case 'auto-restart':
      return [autoRestartKey(record.connector), record.value && autoRestartBytes(record.value)];
    case 'topic':
      return [topicKey(record.connector, record.topic), record.value && topicBytes(record.value)];
  }
}

function inputOf({ key, value }: CapturedRecord): [string, Buffer | null] {
  return [key?.utf8 ?? '', value === null ? null : Buffer.from(value.utf8)];
}

describe.each(captureNames)('what a JVM worker wrote (%s)', (capture) => {
  it('is written again byte by byte in the config topic', () => {
    const records = capturedRecords(capture, 'configs');

    expect(records.length).toBeGreaterThan(25);
    for (const captured of records) {
      const record = parseConfigRecord(...inputOf(captured));
      const [key, value] = record === null ? ['', null] : configRecord(record);
      expect([key, value?.toString()]).toEqual([captured.key?.utf8, captured.value?.utf8]);
    }
  });

  it('is written again byte by byte in the status topic, to the same partition', () => {
    const records = capturedRecords(capture, 'status');

    expect(records.length).toBeGreaterThan(40);
    for (const captured of records) {
      const record = parseStatusRecord(...inputOf(captured));
      const [key, value] = record === null ? ['', null] : statusRecord(record);
      expect([key, value?.toString()]).toEqual([captured.key?.utf8, captured.value?.utf8]);
      expect(partitionForKey(Buffer.from(key), 5)).toBe(captured.partition);
    }
  });
});

it('has the bytes of the group protocol that JVM workers exchanged', () => {
  const { metadata, assignments } = capturedGroupBytes();

  expect(metadata.length).toBeGreaterThan(5);
  for (const bytes of metadata) {
    const version = bytes.readInt16BE(0) as ProtocolVersion;
    expect(encodeWorkerState(decodeWorkerState(bytes, version), version).toString('hex')).toBe(bytes.toString('hex'));
  }
  expect(assignments.length).toBeGreaterThan(5);
  for (const bytes of assignments) {
    const version = bytes.readInt16BE(0) as ProtocolVersion;
    expect(encodeAssignment(decodeAssignment(bytes, version), version)?.toString('hex')).toBe(bytes.toString('hex'));
  }
});
