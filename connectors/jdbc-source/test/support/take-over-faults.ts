import { RetriableException, type SourceRecord } from '@millrace/api';
import type { Run } from './run.ts';

/** Polls, over errors that ask to be called again, until so many records came. */
export async function takeOverFaults(run: Run, count: number): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  const signal = AbortSignal.timeout(20_000);
  while (records.length < count && !signal.aborted) {
    try {
      records.push(...((await run.task.poll(signal)) ?? []));
    } catch (error) {
      if (!(error instanceof RetriableException)) throw error;
    }
  }
  return records;
}
