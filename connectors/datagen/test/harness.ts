import type { Properties, SourceMap, SourceRecord, SourceTaskContext } from '@millrace/api';
import type { Clock } from '../src/clock.ts';
import { DatagenSourceTask } from '../src/task.ts';

/** A clock that stands still but for sleeps, each of which takes `oversleepMs` longer than asked. */
export class ManualClock implements Clock {
  nowMs = 1_700_000_000_000;
  readonly sleeps: number[] = [];
  oversleepMs = 0;

  wallMs(): number {
    return Math.floor(this.nowMs);
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  async sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.nowMs += ms + this.oversleepMs;
  }

  async yield(): Promise<void> {}
}

/** A started task. */
export async function startTask(
  props: Properties,
  stored: SourceMap | null = null,
  clock: Clock = new ManualClock(),
): Promise<DatagenSourceTask> {
  const task = new DatagenSourceTask(clock);
  task.initialize(context(props, stored));
  await task.start({ topic: 't', ...props });
  return task;
}

/** Polls until so many records came. */
export async function take(task: DatagenSourceTask, count: number): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  while (records.length < count) records.push(...((await task.poll(new AbortController().signal)) ?? []));
  return records.slice(0, count);
}

function context(props: Properties, stored: SourceMap | null): SourceTaskContext {
  const ignore = (): void => {};
  return {
    log: { error: ignore, warn: ignore, info: ignore, debug: ignore },
    configs: () => props,
    offsetStorageReader: { offset: async () => stored, offsets: async (partitions) => partitions.map(() => stored) },
  };
}
