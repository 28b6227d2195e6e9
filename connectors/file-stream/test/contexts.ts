import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger, Properties, SourceMap, SourceRecord, SourceTaskContext } from '@millrace/api';
import { onTestFinished } from 'vitest';
import { FileStreamSourceTask } from '../src/index.ts';

/** A folder of its own for a test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-file-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface RunningSource {
  readonly task: FileStreamSourceTask;
  readonly warnings: string[];
  /** Polls until so many records came, or fails after ten seconds. */
  readonly take: (count: number) => Promise<SourceRecord[]>;
}

/** A started source task whose stored offset is the one given. */
export async function startSource(props: Properties, stored: SourceMap | null = null): Promise<RunningSource> {
  const warnings: string[] = [];
  const task = new FileStreamSourceTask();
  task.initialize(sourceContext(props, stored, warnings));
  onTestFinished(() => task.stop());
  await task.start(props);
  return { task, warnings, take: (count) => take(task, count) };
}

async function take(task: FileStreamSourceTask, count: number): Promise<SourceRecord[]> {
  const deadline = AbortSignal.timeout(10_000);
  const records: SourceRecord[] = [];
  while (records.length < count) {
    records.push(...((await task.poll(deadline)) ?? []));
    if (deadline.aborted) throw new Error(`only ${records.length} of ${count} records came`);
  }
  return records;
}

function sourceContext(props: Properties, stored: SourceMap | null, warnings: string[]): SourceTaskContext {
  return {
    log: collectingLogger(warnings),
    configs: () => props,
    offsetStorageReader: {
      offset: async () => stored,
      offsets: async (partitions) => partitions.map(() => stored),
    },
  };
}

function collectingLogger(warnings: string[]): Logger {
  const ignore = (): void => {};
  return { error: ignore, warn: (message) => void warnings.push(message), info: ignore, debug: ignore };
}

/** Position behind each record. */
export function positions(records: readonly SourceRecord[]): unknown[] {
  return records.map(({ sourceOffset }) => sourceOffset?.position);
}

export function values(records: readonly SourceRecord[]): unknown[] {
  return records.map(({ value }) => value);
}
