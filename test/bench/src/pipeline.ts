import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from './bench-row.ts';
import { lineBytes, writeLines } from './lines-file.ts';
import { pinned, WorkerProcess } from './worker-process.ts';

const timeoutMs = 300_000;

export interface PipelineResult {
  readonly row: BenchRow;
  readonly idleRssMb: number;
  readonly peakRssMb: number;
  readonly cpuSecondsPerMillion: number;
}

/** A file through a topic of the embedded log into another file, beside a plain Node stream that copies the lines. */
export async function benchPipeline(lines: number): Promise<PipelineResult> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  try {
    const input = join(folder, 'input.txt');
    await writeLines(input, lines);
    const floorSeconds = Math.min(
      await copySeconds(input, join(folder, 'copy-1.txt')),
      await copySeconds(input, join(folder, 'copy-2.txt')),
    );
    const runs = [await runPipeline(input, join(folder, 'out-1.txt'), lines), await runPipeline(input, join(folder, 'out-2.txt'), lines)];
    const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    return {
      row: {
        name: `pipeline file → topic → file, ${lines.toLocaleString('en-US')} lines of ${lineBytes} bytes`,
        recordsPerSecond: lines / best.seconds,
        floor: 'a Node stream copying the lines',
        floorRecordsPerSecond: lines / floorSeconds,
        ratio: floorSeconds / best.seconds,
        aim: '≥ 300,000 records/s, < 150 MB above idle',
      },
      idleRssMb: best.idleRssMb,
      peakRssMb: Math.max(...runs.map(({ peakRssMb }) => peakRssMb)),
      cpuSecondsPerMillion: (best.cpuSeconds / lines) * 1_000_000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runPipeline(input: string, output: string, lines: number) {
  const string = 'org.apache.kafka.connect.storage.StringConverter';
  const worker = await WorkerProcess.start({ 'key.converter': string, 'value.converter': string, 'offset.flush.interval.ms': '5000' });
  try {
    await sleep(1000);
    const idleRssMb = worker.rssMb();
    const cpuBefore = worker.cpuSeconds();
    await worker.create('sink', { 'connector.class': 'FileStreamSink', topics: 'lines', file: output });
    const startedAt = performance.now();
    await worker.create('source', { 'connector.class': 'FileStreamSource', topic: 'lines', file: input });
    let peakRssMb = idleRssMb;
    while ((await sizeOf(output)) < lines * lineBytes) {
      if (performance.now() - startedAt > timeoutMs) throw new Error(`only ${await sizeOf(output)} bytes after ${timeoutMs} ms`);
      peakRssMb = Math.max(peakRssMb, worker.rssMb());
      await sleep(10);
    }
    return { seconds: (performance.now() - startedAt) / 1000, idleRssMb, peakRssMb, cpuSeconds: worker.cpuSeconds() - cpuBefore };
  } finally {
    await worker.stop();
  }
}

async function copySeconds(input: string, output: string): Promise<number> {
  const startedAt = performance.now();
  const script = fileURLToPath(new URL('./copy-lines.js', import.meta.url));
  const child = spawn(...pinned(process.execPath, [script, input, output]), { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`copying lines ended with exit code ${code}`);
  return (performance.now() - startedAt) / 1000;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
