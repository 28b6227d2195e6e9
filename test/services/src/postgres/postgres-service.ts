import type { TestService } from '../test-service.ts';

/** The public image of the PostgreSQL that tests run against. */
export const POSTGRES_IMAGE = 'postgres:15';

/** The first user of every server, a superuser. */
export const postgresUser = 'postgres';
export const postgresPassword = 'millrace-secret';

/** Settings of a server that stores nothing for long and serves a handful of clients. */
export const smallServer: Readonly<Record<string, string>> = {
  fsync: 'off',
  max_connections: '60',
  shared_buffers: '32MB',
  wal_level: 'logical',
};

/** How to start PostgreSQL. */
export interface PostgresOptions {
  /** Settings of `postgresql.conf`, which win over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Has it speak TLS too, with this one of `certificates`, and know clients by their authority. Default: no TLS. A process of this machine. */
  readonly serverCertificate?: 'server' | 'expired' | 'unknown';
  /** Lines of `pg_hba.conf` before those that ask everyone for a password. A process of this machine. */
  readonly hba?: readonly string[];
  /** Has it be a hot standby of this server, whose data it begins with and then follows. A process of this machine. */
  readonly standbyOf?: PostgresService;
  /** Folder of `initdb` and `postgres`, of another version than that of the machine. A process of this machine. */
  readonly programs?: string;
}

/** A PostgreSQL server of our own with the empty database `postgres`; it asks for a password (SCRAM). */
export interface PostgresService extends TestService {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** URL as a JDBC driver takes it. */
  jdbcUrl(database?: string): string;
  /** Runs SQL by `psql` and gives what it prints, unaligned and without headers. @throws Error with its message when it fails. */
  psql(sql: string, database?: string): Promise<string>;
}
