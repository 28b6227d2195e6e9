import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchRow } from './bench-row.ts';
import type { KafkaBenchResult } from './kafka/kafka-bench.ts';
import type { JdbcRow } from './jdbc/jdbc-bench.ts';
import { jdbcTables } from './jdbc/jdbc-tables.ts';
import { kafkaTables } from './kafka/kafka-tables.ts';
import type { RebalanceResult } from './rebalance/rebalance-bench.ts';
import { rebalanceTables } from './rebalance/rebalance-tables.ts';

const usage = `Usage: pnpm bench [json|transforms|pipeline|start-up|mongodb …] [--json] [--lines N]
       pnpm bench kafka [--peer jvm] [--rounds N] [--json] [--lines N]
       pnpm bench jdbc [--peer debezium] [--rounds N] [--json] [--lines N]
       pnpm bench rebalance [--peer jvm] [--rounds N] [--connectors N] [--json]

Measures Millrace beside its floors, in this process and on this machine; all parts but kafka,
jdbc and rebalance without an argument. These run on real Apache Kafka, jdbc also on PostgreSQL, which they start.

  --json     print JSON alone
  --lines N  lines of the pipeline and of kafka, rows of jdbc (default 1000000)
  --peer jvm measure Kafka's own Connect worker on the same broker, in turns with ours
  --peer debezium  measure the snapshot of Debezium's PostgreSQL source beside jdbc
  --rounds N measured rounds of kafka and jdbc, after one to warm up, and of rebalance (default 3)
  --connectors N  of the large cluster of rebalance; 0 leaves it out (default 1000)
  --node-options OPTIONS  for the node of our worker on kafka and jdbc
  --task-host thread|inline  of our worker on jdbc (default thread)`;

const parts = ['start-up', 'json', 'transforms', 'pipeline', 'mongodb'] as const;
const allParts: readonly string[] = [...parts, 'kafka', 'jdbc', 'rebalance'];
type Part = (typeof parts)[number];

interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: string;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'boolean' },
      lines: { type: 'string', default: '1000000' },
      peer: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      connectors: { type: 'string', default: '1000' },
      'node-options': { type: 'string', default: '' },
      'task-host': { type: 'string', default: 'thread' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
  const wrong = wrongArgument(positionals, values.peer);
  if (values.help === true || wrong !== null) {
    console.log(wrong === null ? usage : `bench: ${wrong}\n\n${usage}`);
    return wrong === null ? 0 : 1;
  }
  const wanted = (positionals.length === 0 ? parts : positionals) as readonly Part[];
  const { rows, measurements } = await measure(wanted, Number(values.lines));
  const onKafka = await measureOnKafka(positionals, values);
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    date: new Date().toISOString().slice(0, 10),
  };
  if (values.json !== true) {
    printTables(rows, measurements);
    for (const [head, ...body] of onKafka.tables) printTable(head ?? [], body);
  }
  console.log(JSON.stringify({ machine, rows, measurements, ...onKafka.results }));
  return 0;
}

function wrongArgument(positionals: readonly string[], peer: string | undefined): string | null {
  const part = positionals.find((name) => !allParts.includes(name));
  if (part !== undefined) return `there is no part "${part}"`;
  return peer === undefined || ['jvm', 'debezium'].includes(peer) ? null : `there is no peer "${peer}"`;
}

interface KafkaArguments {
  readonly lines: string;
  readonly rounds: string;
  readonly peer?: string | undefined;
  readonly 'node-options': string;
}

async function measureKafka({ lines, rounds, peer, 'node-options': nodeOptions }: KafkaArguments): Promise<KafkaBenchResult> {
  const { benchKafka } = await import('./kafka/kafka-bench.ts');
  return benchKafka({
    lines: Number(lines),
    withJvm: peer === 'jvm',
    rounds: Number(rounds),
    nodeOptions: optionsOf(nodeOptions),
  });
}

interface JdbcArguments extends KafkaArguments {
  readonly 'task-host': string;
}

async function measureJdbc({ lines, rounds, peer, 'node-options': nodeOptions, 'task-host': taskHost }: JdbcArguments): Promise<JdbcRow[]> {
  const { benchJdbc } = await import('./jdbc/jdbc-bench.ts');
  return benchJdbc({
    rows: Number(lines),
    withDebezium: peer === 'debezium',
    rounds: Number(rounds),
    ours: { taskHost: taskHost === 'inline' ? 'inline' : 'thread', nodeOptions: optionsOf(nodeOptions) },
  });
}

function optionsOf(text: string): string[] {
  return text.split(' ').filter((option) => option !== '');
}

interface OnKafka {
  readonly tables: readonly string[][][];
  readonly results: { readonly kafka?: KafkaBenchResult; readonly jdbc?: readonly JdbcRow[]; readonly rebalance?: RebalanceResult };
}

/** The parts that need real Kafka. */
async function measureOnKafka(wanted: readonly string[], values: JdbcArguments & RebalanceArguments): Promise<OnKafka> {
  const kafka = wanted.includes('kafka') ? await measureKafka(values) : null;
  const jdbc = wanted.includes('jdbc') ? await measureJdbc(values) : null;
  const rebalance = wanted.includes('rebalance') ? await measureRebalance(values) : null;
  const tables = [kafka && kafkaTables(kafka), jdbc && jdbcTables(jdbc), rebalance && rebalanceTables(rebalance)];
  return {
    tables: tables.flatMap((table) => table ?? []),
    results: { ...(kafka && { kafka }), ...(jdbc && { jdbc }), ...(rebalance && { rebalance }) },
  };
}

interface RebalanceArguments {
  readonly rounds: string;
  readonly connectors: string;
  readonly peer?: string | undefined;
}

async function measureRebalance({ rounds, connectors, peer }: RebalanceArguments): Promise<RebalanceResult> {
  const { benchRebalance } = await import('./rebalance/rebalance-bench.ts');
  return benchRebalance({ withJvm: peer === 'jvm', rounds: Number(rounds), connectors: Number(connectors) });
}

async function measure(wanted: readonly Part[], lines: number): Promise<{ rows: BenchRow[]; measurements: Measurement[] }> {
  const rows: BenchRow[] = [];
  const measurements: Measurement[] = [];
  if (wanted.includes('start-up')) {
    const { coldStartMs, idleRssMb } = await (await import('./start-up.ts')).benchStartUp();
    measurements.push({ name: 'cold start to the first REST answer', value: coldStartMs, unit: 'ms', aim: '< 700 ms' });
    measurements.push({ name: 'resident memory of an idle worker', value: idleRssMb, unit: 'MB', aim: '< 110 MB' });
  }
  if (wanted.includes('json')) rows.push(...(await (await import('./json.ts')).benchJson()));
  if (wanted.includes('transforms')) rows.push(...(await (await import('./transforms.ts')).benchTransforms()));
  if (wanted.includes('pipeline')) {
    const { row, idleRssMb, peakRssMb, cpuSecondsPerMillion } = await (await import('./pipeline.ts')).benchPipeline(lines);
    rows.push(row);
    measurements.push({ name: 'pipeline: memory above the idle worker', value: peakRssMb - idleRssMb, unit: 'MB', aim: '< 150 MB' });
    measurements.push({ name: 'pipeline: processor time per million records', value: cpuSecondsPerMillion, unit: 's', aim: '' });
  }
  if (wanted.includes('mongodb')) {
    const result = await (await import('./mongodb/mongodb-bench.ts')).benchMongodb();
    const { small, large } = result.cpuSecondsPerMillion;
    rows.push(...result.rows);
    measurements.push({ name: 'MongoDB sink: processor time per million items', value: small, unit: 's', aim: '≤ 7.5 s' });
    measurements.push({ name: 'MongoDB sink: processor time per million documents of 880 bytes', value: large, unit: 's', aim: '' });
  }
  return { rows, measurements };
}

function printTables(rows: readonly BenchRow[], measurements: readonly Measurement[]): void {
  const number = (value: number): string => Math.round(value).toLocaleString('en-US');
  printTable(
    ['case', 'records/s', 'floor', 'floor records/s', 'ratio', 'aim'],
    rows.map((row) => [
      row.name,
      number(row.recordsPerSecond),
      row.floor,
      number(row.floorRecordsPerSecond),
      row.ratio.toFixed(2),
      row.aim,
    ]),
  );
  printTable(
    ['measured', 'value', 'aim'],
    measurements.map(({ name, value, unit, aim }) => [name, `${value < 100 ? value.toFixed(1) : number(value)} ${unit}`, aim]),
  );
}

function printTable(head: readonly string[], body: readonly (readonly string[])[]): void {
  if (body.length === 0) return;
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), ''].join('\n'));
}

process.exitCode = await main();
