import { TopicPartition } from '@millrace/api';
import { openTransport, type Admin } from '@millrace/kafka';
import { startKafka, startPostgres, type PostgresService } from '@millrace/test-services';
import { createConnector, deleteConnector } from '../connector-requests.ts';
import { deletedSoon, endOf, untilComplete } from '../kafka/run-until-complete.ts';
import { cpuSeconds } from '../process-usage.ts';
import { type JdbcCase, jdbcCases } from './jdbc-cases.ts';
import { debezium, type JdbcContestant, millrace, type OurWorker } from './jdbc-contestants.ts';
import { copyOrders, fillOrders } from './orders-table.ts';

export interface JdbcBenchOptions {
  readonly rows: number;
  readonly withDebezium: boolean;
  /** Measured rounds, after a cold one. */
  readonly rounds: number;
  readonly ours: OurWorker;
}

/** What a run took. */
export interface JdbcFigures {
  readonly rowsPerSecond: number;
  /** Of the worker, all threads. */
  readonly cpuSecondsPerMillion: number;
  readonly peakRssMb: number;
}

/** One case by one contestant. */
export interface JdbcRow {
  readonly name: string;
  readonly who: JdbcContestant['name'] | 'COPY';
  /** The first run of the process; null for the floor. */
  readonly cold: JdbcFigures | null;
  /** Medians of the runs after it. */
  readonly warm: JdbcFigures;
}

const settings = { shared_buffers: '256MB', max_replication_slots: '20', max_wal_size: '4GB' };
const brokerOptions = ['-Xms1G', '-Xmx1G'];

/** A table through real Kafka: our worker and, beside it, Debezium's snapshot, in turns; and COPY as the floor of both. */
export async function benchJdbc({ rows, withDebezium, rounds, ours }: JdbcBenchOptions): Promise<JdbcRow[]> {
  const postgres = await startPostgres({ settings });
  const kafka = await startKafka({ jvmOptions: brokerOptions });
  const transport = await openTransport({ 'bootstrap.servers': kafka.bootstrap() });
  const contestants: JdbcContestant[] = [];
  try {
    await fillOrders(postgres, rows);
    contestants.push(await millrace(kafka, ours));
    if (withDebezium) contestants.push(await debezium(kafka));
    const session = { postgres, admin: transport.admin({}), contestants, rows };
    const runs: Run[] = [];
    for (let round = 0; round <= rounds; round++) runs.push(...(await oneRound(session, round)));
    return tableOf(runs);
  } finally {
    for (const contestant of contestants) await contestant.stop();
    await transport.close();
    await kafka.stop();
    await postgres.stop();
  }
}

interface Session {
  readonly postgres: PostgresService;
  readonly admin: Admin;
  readonly contestants: readonly JdbcContestant[];
  readonly rows: number;
}

interface Run extends JdbcFigures {
  readonly name: string;
  readonly who: JdbcRow['who'];
  readonly round: number;
}

async function oneRound(session: Session, round: number): Promise<Run[]> {
  const { postgres, contestants, rows } = session;
  const floor = await copyOrders(postgres);
  const runs: Run[] = [{ name: 'floor', who: 'COPY', round, peakRssMb: 0, ...rates(rows, floor.seconds, floor.cpuSeconds) }];
  for (const [index, what] of jdbcCases.entries()) {
    for (const contestant of contestants) {
      // A snapshot is the same whatever our mode is.
      if (contestant.name === 'debezium' && what.mode !== 'bulk') continue;
      runs.push({ name: what.name, who: contestant.name, round, ...(await runCase(session, contestant, what, `${round}-${index}`)) });
      report(runs.at(-1) as Run);
    }
  }
  return runs;
}

async function runCase({ postgres, admin, rows }: Session, contestant: JdbcContestant, what: JdbcCase, run: string): Promise<JdbcFigures> {
  const { url, pid } = contestant;
  const { topic, config } = contestant.connector(what, postgres, run);
  await admin.createTopic({ name: topic, partitions: 1, replicationFactor: 1, config: deletedSoon });
  const partition = TopicPartition.of(topic, 0);
  const name = `bench-${topic}`;
  const cpuBefore = cpuSeconds(pid);
  const startedAt = performance.now();
  await createConnector(url, name, config);
  const { peakRssMb } = await untilComplete(pid, async () => (await endOf(partition, admin)) / rows);
  const figures = rates(rows, (performance.now() - startedAt) / 1000, cpuSeconds(pid) - cpuBefore);
  await deleteConnector(url, name);
  await admin.deleteTopic(topic);
  return { ...figures, peakRssMb };
}

function rates(rows: number, seconds: number, cpu: number): Pick<JdbcFigures, 'rowsPerSecond' | 'cpuSecondsPerMillion'> {
  return { rowsPerSecond: rows / seconds, cpuSecondsPerMillion: (cpu / rows) * 1_000_000 };
}

function report({ round, who, name, rowsPerSecond, cpuSecondsPerMillion, peakRssMb }: Run): void {
  const rate = Math.round(rowsPerSecond).toLocaleString('en-US');
  console.error(
    `${round === 0 ? 'cold' : `round ${round}`} ${who} ${name}: ${rate}/s, ${cpuSecondsPerMillion.toFixed(2)} CPU-s a million, ${Math.round(peakRssMb)} MB`,
  );
}

function tableOf(runs: readonly Run[]): JdbcRow[] {
  const keys = [...new Map(runs.map(({ name, who }) => [`${name}/${who}`, { name, who }])).values()];
  return keys.map(({ name, who }) => {
    const own = runs.filter((run) => run.name === name && run.who === who);
    const warm = own.filter(({ round }) => round > 0);
    return { name, who, cold: who === 'COPY' ? null : (own[0] as JdbcFigures), warm: medians(warm.length === 0 ? own : warm) };
  });
}

function medians(runs: readonly Run[]): JdbcFigures {
  return {
    rowsPerSecond: median(runs.map((run) => run.rowsPerSecond)),
    cpuSecondsPerMillion: median(runs.map((run) => run.cpuSecondsPerMillion)),
    peakRssMb: Math.max(...runs.map((run) => run.peakRssMb)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
