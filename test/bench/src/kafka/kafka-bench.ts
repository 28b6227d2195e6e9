import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTransport, type Admin } from '@millrace/kafka';
import { startConnectJvm, startKafka, stockConnectOptions, type KafkaCluster } from '@millrace/test-services';
import { writeLines } from '../lines-file.ts';
import { rssMb } from '../process-usage.ts';
import { WorkerProcess } from '../worker-process.ts';
import { benchClients, type ClientRow } from './client-bench.ts';
import { kafkaCases, runOnWorker, type MeasuredWorker, type RunFiles, type WorkerRun } from './worker-run.ts';

/** Options of Kafka's own start script, but for a smaller heap. */
const brokerOptions = ['-Xms256M', '-Xmx1G'];
const string = 'org.apache.kafka.connect.storage.StringConverter';
const json = 'org.apache.kafka.connect.json.JsonConverter';
const idleMs = 5000;
const coldStarts = 3;

export interface KafkaBenchOptions {
  readonly lines: number;
  /** Whether the JVM worker runs beside ours. */
  readonly withJvm: boolean;
  /** Measured rounds, after one that warms both up. */
  readonly rounds: number;
  readonly nodeOptions: readonly string[];
}

/** Medians of a worker for a case. */
export interface WorkerFigures {
  readonly recordsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly peakRssMb: number;
}

export interface KafkaRow {
  readonly name: string;
  readonly ours: WorkerFigures;
  readonly jvm: WorkerFigures | null;
}

/** A worker without connectors. */
export interface RestFigures {
  /** From the start of the process to the first good REST answer, median, in milliseconds. */
  readonly coldStartMs: number;
  readonly idleRssMb: number;
}

export interface KafkaBenchResult {
  readonly rows: readonly KafkaRow[];
  readonly clients: readonly ClientRow[];
  readonly rest: { readonly ours: RestFigures; readonly jvm: RestFigures | null };
}

interface Contestant {
  readonly name: 'ours' | 'jvm';
  readonly worker: MeasuredWorker;
  readonly rest: RestFigures;
  stop(): Promise<void>;
}

/** Files through real Kafka by our worker and the JVM's, in turns on one broker; and our clients beside those of kafkajs. */
export async function benchKafka(options: KafkaBenchOptions): Promise<KafkaBenchResult> {
  const kafka = await startKafka({ jvmOptions: brokerOptions });
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const transport = await openTransport({ 'bootstrap.servers': kafka.bootstrap() });
  const admin = transport.admin({});
  const contestants: Contestant[] = [];
  try {
    const files = { input: join(folder, 'input.txt'), output: join(folder, 'output.txt'), lines: options.lines };
    await writeLines(files.input, options.lines);
    contestants.push(await ours(kafka, options.nodeOptions));
    if (options.withJvm) contestants.push(await jvm(kafka));
    const runs = await measure(contestants, files, admin, options.rounds);
    const rows = kafkaCases.map(({ name }) => rowOf(name, runs, options.lines));
    const rest = { ours: (contestants[0] as Contestant).rest, jvm: contestants[1]?.rest ?? null };
    const clients = await benchClients(kafka.bootstrap(), admin, options.lines);
    return { rows, clients, rest };
  } finally {
    for (const contestant of contestants) await contestant.stop();
    await transport.close();
    await kafka.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs of a case by a contestant, under `name of the case/name of the contestant`. */
type Runs = Map<string, WorkerRun[]>;

/** All rounds, case by case and in each case worker by worker, so that they meet the same weather. */
async function measure(contestants: readonly Contestant[], files: RunFiles, admin: Admin, rounds: number): Promise<Runs> {
  const runs: Runs = new Map();
  for (let round = 0; round <= rounds; round++) {
    const turns = kafkaCases.flatMap((what, index) => contestants.map((contestant) => ({ what, index, contestant })));
    for (const { what, index, contestant } of turns) {
      const topic = topicOf(round, what.kind === 'source' ? index : index - 1, contestant);
      const run = await runOnWorker(contestant.worker, what, topic, files, admin);
      report(`${round === 0 ? 'warm-up' : `round ${round}`} ${contestant.name} ${what.name}`, run, files.lines);
      if (round > 0) add(runs, `${what.name}/${contestant.name}`, run);
    }
    for (const { what, index, contestant } of turns) if (what.kind === 'source') await admin.deleteTopic(topicOf(round, index, contestant));
  }
  return runs;
}

function topicOf(round: number, index: number, { name }: Contestant): string {
  return `bench-${round}-${index}-${name}`;
}

function add(runs: Runs, key: string, run: WorkerRun): void {
  runs.set(key, [...(runs.get(key) ?? []), run]);
}

function report(what: string, run: WorkerRun, lines: number): void {
  const rate = Math.round(lines / run.seconds).toLocaleString('en-US');
  console.error(`${what}: ${rate}/s, ${run.cpuSeconds.toFixed(2)} CPU-s, ${Math.round(run.peakRssMb)} MB`);
}

function rowOf(name: string, runs: Runs, lines: number): KafkaRow {
  const figures = (who: Contestant['name']): WorkerFigures | null => {
    const own = runs.get(`${name}/${who}`);
    if (own === undefined) return null;
    return {
      recordsPerSecond: lines / median(own.map(({ seconds }) => seconds)),
      cpuSecondsPerMillion: (median(own.map((run) => run.cpuSeconds)) / lines) * 1_000_000,
      peakRssMb: Math.max(...own.map(({ peakRssMb }) => peakRssMb)),
    };
  };
  return { name, ours: figures('ours') as WorkerFigures, jvm: figures('jvm') };
}

async function ours(kafka: KafkaCluster, nodeOptions: readonly string[]): Promise<Contestant> {
  const properties = {
    'bootstrap.servers': kafka.bootstrap(),
    'key.converter': string,
    'value.converter': json,
    'offset.flush.interval.ms': '5000',
  };
  const options = { isPinned: false, nodeOptions };
  const starts: number[] = [];
  let worker = await WorkerProcess.start(properties, options);
  for (starts.push(worker.startMs); starts.length < coldStarts; starts.push(worker.startMs)) {
    await worker.stop();
    worker = await WorkerProcess.start(properties, options);
  }
  await idle();
  const rest = { coldStartMs: median(starts), idleRssMb: worker.rssMb() };
  return { name: 'ours', worker, rest, stop: () => worker.stop() };
}

async function jvm(kafka: KafkaCluster): Promise<Contestant> {
  const starts: number[] = [];
  const start = async () => {
    const startedAt = performance.now();
    const started = await startConnectJvm({ kafka, mode: 'standalone', jvmOptions: stockConnectOptions });
    starts.push(performance.now() - startedAt);
    return started;
  };
  let worker = await start();
  while (starts.length < coldStarts) {
    await worker.stop();
    worker = await start();
  }
  await idle();
  const pid = worker.pid as number;
  const rest = { coldStartMs: median(starts), idleRssMb: rssMb(pid) };
  return { name: 'jvm', worker: { url: worker.url, pid }, rest, stop: () => worker.stop() };
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, idleMs);
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
