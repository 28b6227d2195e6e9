import {
  ConfigException,
  ConnectException,
  type Properties,
  RetriableException,
  type SourceRecord,
  type SourceTask,
  type SourceTaskContext,
} from '@millrace/api';
import { TABLES, TABLES_FETCHED } from './config/definition.ts';
import { type SourceConfig, sourceConfig } from './config/source-config.ts';
import { makeReaders } from './read/make-readers.ts';
import { beginQuery } from './read/query-bounds.ts';
import type { TableReader } from './read/table-reader.ts';
import { parseQuotedNames } from './tables/table-id.ts';
import { Catalog } from './types/catalog.ts';
import { abortable, connectOnce, connectPatiently } from './wire/connections.ts';
import { isTransient } from './wire/server-error.ts';
import type { Session } from './wire/session.ts';

/** Everything a started task works with. */
interface Work {
  readonly config: SourceConfig;
  readonly readers: readonly TableReader[];
}

/** Reads its tables one after the other, each when it is due; between two queries no transaction is open. */
export class JdbcSourceTask implements SourceTask {
  #context: SourceTaskContext | null = null;
  #work: Work | null = null;
  #session: Session | null = null;
  #catalog: Catalog | null = null;
  /** The reader whose query runs. */
  #current: TableReader | null = null;
  /** Queries in a row that failed for a reason that can pass. */
  #failures = 0;

  initialize(context: SourceTaskContext): void {
    this.#context = context;
  }

  /** @throws ConfigException if the configuration is invalid. @throws ConnectException if a table does not have what the mode needs. */
  async start(props: Properties, signal: AbortSignal): Promise<void> {
    const config = sourceConfig(props);
    const tables = parseQuotedNames(props[TABLES] ?? '');
    if (config.query === null && tables.length === 0) {
      this.#work = { config, readers: [] };
      if (props[TABLES_FETCHED] !== 'true') return;
      throw new ConfigException(
        'Task is being killed because it was not assigned a table nor a query to execute: no table matches the filters',
        {
          configKey: 'table.include.list',
        },
      );
    }
    const session = await connectPatiently(config, signal);
    this.#use(session);
    const { log, offsetStorageReader: offsets } = this.#contextOf();
    const readers = await abortable(session, signal, () => makeReaders(tables, { config, session, offsets, log }));
    this.#work = { config, readers };
  }

  async poll(signal: AbortSignal): Promise<SourceRecord[] | null> {
    const work = this.#work;
    if (work === null) return null;
    const end = performance.now() + Number(work.config.keys['poll.linger.ms']);
    while (!signal.aborted) {
      const reader = this.#current ?? dueReader(work.readers);
      if (reader === null) {
        if (performance.now() >= end) return null;
        await waitUntil(Math.min(end, nextDue(work.readers)), signal);
        continue;
      }
      const records = await this.#read(reader, work, signal);
      if (records.length > 0) return records;
    }
    return null;
  }

  stop(): void {
    this.#session?.close();
    this.#session = null;
    this.#work = null;
    this.#current = null;
  }

  async #read(reader: TableReader, { config }: Work, signal: AbortSignal): Promise<SourceRecord[]> {
    try {
      const session = await this.#connected(config, signal);
      if (!reader.isOpen) await abortable(session, signal, () => this.#begin(reader, config, session));
      this.#current = reader;
      const records = await reader.read(signal);
      this.#failures = 0;
      if (!reader.isOpen) await this.#finish(reader, config, session);
      return records;
    } catch (error) {
      return this.#failed(error, reader, config, signal);
    }
  }

  async #begin(reader: TableReader, config: SourceConfig, session: Session): Promise<void> {
    const { log } = this.#contextOf();
    const bounds = await beginQuery(session, config, reader.spec.cursor.needsSnapshot, log);
    await reader.open(session, this.#catalog ?? this.#use(session), bounds);
  }

  async #finish(reader: TableReader, config: SourceConfig, session: Session): Promise<void> {
    this.#current = null;
    // Records are at hand that must not get lost: a connection that breaks now is for the next poll to notice.
    await session.query('COMMIT').catch(() => session.close());
    reader.dueMs = performance.now() + config.keys['poll.interval.ms'];
  }

  /** A failed query leaves a connection in an unknown state: the next one gets a new one. */
  #failed(error: unknown, reader: TableReader, config: SourceConfig, signal: AbortSignal): SourceRecord[] {
    this.#session?.close();
    this.#session = null;
    this.#current = null;
    reader.reset();
    if (signal.aborted) return [];
    if (!isTransient(error)) throw error;
    this.#failures += 1;
    const limit = config.keys['query.retry.attempts'];
    const { message } = error as Error;
    if (limit >= 0 && this.#failures > limit) {
      throw new ConnectException(`Reading ${reader.spec.name} failed ${this.#failures} times in a row: ${message}`, {
        cause: error,
        configKey: 'query.retry.attempts',
      });
    }
    throw new RetriableException(`Reading ${reader.spec.name} failed and is tried again: ${message}`, { cause: error });
  }

  async #connected(config: SourceConfig, signal: AbortSignal): Promise<Session> {
    const session = this.#session;
    if (session?.isAlive === true) return session;
    const fresh = await connectOnce(config, signal);
    this.#current?.reset();
    this.#use(fresh);
    return fresh;
  }

  #use(session: Session): Catalog {
    this.#session = session;
    this.#catalog = new Catalog(session);
    return this.#catalog;
  }

  #contextOf(): SourceTaskContext {
    if (this.#context === null) throw new ConnectException('initialize has to be called before start');
    return this.#context;
  }
}

/** The reader that is due for the longest time. */
function dueReader(readers: readonly TableReader[]): TableReader | null {
  const now = performance.now();
  let first: TableReader | null = null;
  for (const reader of readers) if (reader.dueMs <= now && (first === null || reader.dueMs < first.dueMs)) first = reader;
  return first;
}

function nextDue(readers: readonly TableReader[]): number {
  return readers.reduce((earliest, { dueMs }) => Math.min(earliest, dueMs), Number.POSITIVE_INFINITY);
}

/** Waits for a time of the monotonic clock, or for the signal. */
function waitUntil(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, time - performance.now()));
    signal.addEventListener('abort', end, { once: true });
  });
}
