import { WorkerProcess } from './worker-process.ts';

export interface StartUpResult {
  /** Median, in milliseconds, from the start of the process to the first REST answer. */
  readonly coldStartMs: number;
  /** Resident memory two seconds after the start, in megabytes. */
  readonly idleRssMb: number;
}

const rounds = 5;
const settleMs = 2000;

/** How long a worker takes to answer, and what it holds when it has nothing to do. */
export async function benchStartUp(): Promise<StartUpResult> {
  const starts: number[] = [];
  let idleRssMb = 0;
  for (let round = 0; round < rounds; round++) {
    const string = 'org.apache.kafka.connect.storage.StringConverter';
    const worker = await WorkerProcess.start({ 'key.converter': string, 'value.converter': string });
    starts.push(worker.startMs);
    if (round === rounds - 1) {
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      idleRssMb = worker.rssMb();
    }
    await worker.stop();
  }
  starts.sort((a, b) => a - b);
  return { coldStartMs: starts[Math.floor(rounds / 2)] ?? Number.NaN, idleRssMb };
}
