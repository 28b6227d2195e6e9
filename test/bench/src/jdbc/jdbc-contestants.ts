import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import {
  debeziumPostgresPlugin,
  startConnectJvm,
  stockConnectOptions,
  type KafkaCluster,
  type PostgresService,
} from '@millrace/test-services';
import { WorkerProcess } from '../worker-process.ts';
import { type CaseConnector, debeziumConnector, type JdbcCase, jdbcConnector } from './jdbc-cases.ts';

/** Who brings the table to a topic. */
export interface JdbcContestant {
  readonly name: 'millrace' | 'debezium';
  readonly url: string;
  readonly pid: number;
  connector(what: JdbcCase, postgres: PostgresService, run: string): CaseConnector;
  stop(): Promise<void>;
}

/** How our worker runs. */
export interface OurWorker {
  readonly taskHost: 'thread' | 'inline';
  readonly nodeOptions: readonly string[];
}

const shared = { 'offset.flush.interval.ms': '10000' };

/** Our worker with its JDBC source. */
export async function millrace(kafka: KafkaCluster, { taskHost, nodeOptions }: OurWorker): Promise<JdbcContestant> {
  const require = createRequire(import.meta.url);
  const properties = {
    ...shared,
    'bootstrap.servers': kafka.bootstrap(),
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'plugin.path': dirname(require.resolve('@millrace/jdbc-source/package.json')),
    'task.host': taskHost,
  };
  const worker = await WorkerProcess.start(properties, { isPinned: false, nodeOptions });
  return { name: 'millrace', url: worker.url, pid: worker.pid, connector: jdbcConnector, stop: () => worker.stop() };
}

/** Kafka's own worker, with the options of its start script, and Debezium. */
export async function debezium(kafka: KafkaCluster): Promise<JdbcContestant> {
  const plugins = [await debeziumPostgresPlugin()];
  const worker = await startConnectJvm({ kafka, mode: 'standalone', plugins, properties: shared, jvmOptions: stockConnectOptions });
  if (worker.pid === null) throw new Error('the JVM worker ended');
  return { name: 'debezium', url: worker.url, pid: worker.pid, connector: debeziumConnector, stop: () => worker.stop() };
}
