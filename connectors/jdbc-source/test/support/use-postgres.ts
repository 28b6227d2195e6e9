import { type PostgresOptions, type PostgresService, startPostgres, whyNoPostgres } from '@millrace/test-services';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { parseJdbcUrl } from '../../src/config/jdbc-url.ts';
import { openSession } from '../../src/wire/open-session.ts';
import type { Session } from '../../src/wire/session.ts';
import { connection, Run } from './run.ts';

const reason = await whyNoPostgres();

/** The server of a test file; what a test started on it ends with the test. */
export class TestDatabase {
  #server: PostgresService | null = null;
  readonly #ends: (() => void)[] = [];

  get server(): PostgresService {
    if (this.#server === null) throw new Error('the server runs from beforeAll to afterAll only');
    return this.#server;
  }

  /** Starts a connector with its first task. @param props besides those of the connection, which they win over */
  async started(props: Record<string, string>, offsets?: Run['offsets']): Promise<Run> {
    const run = new Run({ ...connection(this.server), ...props }, offsets);
    this.atEnd(() => run.stop());
    return run.start();
  }

  /** A connection of our own, to write by. */
  async session(applicationName = 'writer'): Promise<Session> {
    const { target } = parseJdbcUrl(`${this.server.jdbcUrl()}?ApplicationName=${applicationName}`);
    const session = await openSession(target, this.server);
    this.atEnd(() => session.close());
    return session;
  }

  /** Has something done when the test ends. */
  atEnd(end: () => void): void {
    this.#ends.push(end);
  }

  async launch(options: PostgresOptions): Promise<void> {
    this.#server = await startPostgres(options);
  }

  endTest(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}

/** Gives the tests of a file a server. Where PostgreSQL is missing they are skipped, with the reason. @param prepare what comes before the first test */
export function usePostgres(prepare?: (server: PostgresService) => Promise<unknown>, options: PostgresOptions = {}): TestDatabase {
  const database = new TestDatabase();
  beforeEach((context) => {
    if (reason !== null) context.skip(reason);
  });
  beforeAll(async () => {
    if (reason !== null) return;
    await database.launch(options);
    await prepare?.(database.server);
  });
  afterEach(() => database.endTest());
  afterAll(() => database.stop());
  return database;
}
