import type { Logger, Properties, SourceMap, SourceRecord } from '@millrace/api';
import { canonicalText } from '@millrace/api';
import type { PostgresService } from '@millrace/test-services';
import { JdbcSourceConnector } from '../../src/connector.ts';
import { JdbcSourceTask } from '../../src/task.ts';

/** A log that keeps its lines. */
export class KeptLog implements Logger {
  readonly lines: string[] = [];

  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }
  info(message: string): void {
    this.lines.push(`info ${message}`);
  }
  debug(message: string): void {
    this.lines.push(`debug ${message}`);
  }
}

/** A connector with its first task, and the offsets that its worker would have stored. */
export class Run {
  readonly log = new KeptLog();
  readonly offsets: Map<string, SourceMap>;
  readonly connector = new JdbcSourceConnector();
  task = new JdbcSourceTask();
  reconfigurations = 0;
  readonly #props: Properties;

  constructor(props: Properties, offsets: Map<string, SourceMap> = new Map()) {
    this.#props = props;
    this.offsets = offsets;
  }

  /** Starts connector and task. */
  async start(): Promise<this> {
    const read = (partition: SourceMap): SourceMap | null => this.offsets.get(canonicalText(partition)) ?? null;
    const offsetStorageReader = {
      offset: async (partition: SourceMap) => read(partition),
      offsets: async (partitions: readonly SourceMap[]) => partitions.map(read),
    };
    const signal = AbortSignal.timeout(10_000);
    this.connector.initialize({
      log: this.log,
      offsetStorageReader,
      requestTaskReconfiguration: () => {
        this.reconfigurations += 1;
      },
      raiseError: (error) => this.log.error(String(error)),
    });
    await this.connector.start(this.#props, signal);
    const [config = {}] = this.connector.taskConfigs(1);
    this.task.initialize({ log: this.log, configs: () => config, offsetStorageReader });
    await this.task.start(config, signal);
    return this;
  }

  /** What comes until so many records came; fewer when no more come within the time. */
  async take(count: number, timeoutMs = 10_000): Promise<SourceRecord[]> {
    const records: SourceRecord[] = [];
    const signal = AbortSignal.timeout(timeoutMs);
    while (records.length < count && !signal.aborted) records.push(...((await this.task.poll(signal)) ?? []));
    return records;
  }

  /** Stores the offset of a record. */
  commit(record: SourceRecord | undefined): void {
    if (record === undefined || record.sourcePartition === null || record.sourceOffset === null) return;
    this.offsets.set(canonicalText(record.sourcePartition), JSON.parse(JSON.stringify(record.sourceOffset)) as SourceMap);
  }

  stop(): void {
    this.task.stop();
    this.connector.stop();
  }
}

/** Keys that every connector of these tests has. */
export function connection(postgres: PostgresService, database = postgres.database): Record<string, string> {
  return {
    'connection.url': postgres.jdbcUrl(database),
    'connection.user': postgres.user,
    'connection.password': postgres.password,
    'poll.interval.ms': '50',
    'poll.linger.ms': '200',
    'topic.prefix': 'pg-',
  };
}
