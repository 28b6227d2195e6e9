import type { ErrantRecordReporter, Logger, SinkRecord } from '@millrace/api';
import type { TopicConfig } from '../config/topic-config.ts';
import { recordError } from './record-error.ts';

/** Takes records that cannot be written: fails the task, or tells the worker and goes on. */
export class Reports {
  readonly #reporter: ErrantRecordReporter | null;
  readonly #log: Logger;

  constructor(reporter: ErrantRecordReporter | null, log: Logger) {
    this.#reporter = reporter;
    this.#log = log;
  }

  /**
   * Resolves when the report is safe.
   * @throws DataException that names the record, unless errors are tolerated
   */
  async refuse(config: TopicConfig, record: SinkRecord, error: unknown): Promise<void> {
    if (this.#fails(config)) throw recordError(record, error);
    if (config.logsErrors || this.#reporter === null) this.#log.error(recordError(record, error).message);
    // Invariant 4: the report is safe before its offset can be committed.
    await this.#reporter?.report(record, error);
  }

  /** A worker that reports errors tolerates them, also where the connector's own keys say nothing. */
  #fails({ tolerance, keys }: TopicConfig): boolean {
    return tolerance === 'none' && (this.#reporter === null || keys['mongo.errors.tolerance'] === 'none');
  }
}
