import { ConnectException, type Logger } from '@millrace/api';
import type { SourceConfig } from '../config/source-config.ts';
import { connectOnce, connectPatiently } from '../wire/connections.ts';
import type { Session } from '../wire/session.ts';
import { listTables } from './list-tables.ts';
import { plainName, type TableId } from './table-id.ts';
import { demandDistinctTopics } from './topic-names.ts';

/** Lists the tables from time to time and tells when they changed. */
export class TableMonitor {
  readonly #config: SourceConfig;
  readonly #log: Logger;
  readonly #onChange: () => void;
  readonly #stopped = new AbortController();
  #tables: readonly TableId[] | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param onChange called when tables came, went, or are known for the first time after {@link start} */
  constructor(config: SourceConfig, log: Logger, onChange: () => void) {
    this.#config = config;
    this.#log = log;
    this.#onChange = onChange;
  }

  /** The tables of the last listing; null before the first. */
  get tables(): readonly TableId[] | null {
    return this.#tables;
  }

  /**
   * Lists the tables for the first time, and then from time to time until {@link stop}. Returns without them when that takes longer than
   * `table.monitoring.startup.polling.limit.ms`.
   *
   * @throws ConnectException when the database cannot be asked, or two tables would share a topic
   */
  async start(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#stopped.signal]);
    const first = connectPatiently(this.#config, either).then((session) => this.#list(session));
    const limit = Number(this.#config.keys['table.monitoring.startup.polling.limit.ms']);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), limit);
    });
    const tables = await Promise.race([first, late]).finally(() => clearTimeout(timer));
    if (tables === null) {
      first.then(
        (listed) => this.#compare(listed),
        (error: unknown) => this.#warn(error),
      );
    } else {
      demandDistinctTopics(tables, this.#config);
      this.#tables = tables;
    }
    this.#schedule();
  }

  stop(): void {
    this.#stopped.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#refresh(), Number(this.#config.keys['table.poll.interval.ms']));
  }

  async #refresh(): Promise<void> {
    try {
      const session = await connectOnce(this.#config, this.#stopped.signal);
      this.#compare(await this.#list(session));
    } catch (error) {
      this.#warn(error);
    }
    this.#schedule();
  }

  async #list(session: Session): Promise<TableId[]> {
    try {
      return await listTables(session, this.#config);
    } finally {
      session.close();
    }
  }

  #compare(tables: readonly TableId[]): void {
    if (this.#stopped.signal.aborted) return;
    const before = this.#tables;
    const isSame = before !== null && before.map(plainName).join('\n') === tables.map(plainName).join('\n');
    if (isSame) return;
    this.#tables = tables;
    this.#onChange();
  }

  #warn(error: unknown): void {
    if (this.#stopped.signal.aborted) return;
    const message = error instanceof ConnectException ? error.message : String(error);
    this.#log.warn(`The tables cannot be listed, so a new or dropped one goes unnoticed for now: ${message}`);
  }
}
