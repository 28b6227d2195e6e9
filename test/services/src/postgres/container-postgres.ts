import { ServiceContainer } from '../container/service-container.ts';
import { takePostgresPort } from '../ports.ts';
import type { Capability } from '../test-service.ts';
import {
  POSTGRES_IMAGE,
  type PostgresOptions,
  postgresPassword,
  type PostgresService,
  postgresUser,
  smallServer,
} from './postgres-service.ts';

const PORT = 5432;

/** PostgreSQL in a container. */
class ContainerPostgres implements PostgresService {
  readonly name = 'postgres';
  readonly capabilities: ReadonlySet<Capability> = new Set(['kill', 'freeze', 'restart', 'logs']);
  readonly endpoints: Readonly<Record<string, string>>;
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly user = postgresUser;
  readonly password = postgresPassword;
  readonly database = 'postgres';
  readonly #container: ServiceContainer;
  readonly #release: () => Promise<void>;

  constructor(container: ServiceContainer, port: number, release: () => Promise<void>) {
    this.#container = container;
    this.#release = release;
    this.port = port;
    this.endpoints = { postgres: `${this.host}:${port}` };
  }

  jdbcUrl(database = this.database): string {
    return `jdbc:postgresql://${this.host}:${this.port}/${database}`;
  }

  psql(sql: string, database = this.database): Promise<string> {
    // By standard input as for a server of this machine, where statements are transactions of their own; a program in a container has none.
    const script = 'printf %s "$SQL" | psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"';
    const target = ['-h', '127.0.0.1', '-U', postgresUser, '-d', database];
    return this.#container.exec(['sh', '-c', script, 'psql', ...target], { SQL: sql, PGPASSWORD: postgresPassword });
  }

  async stop(): Promise<void> {
    await this.#container.remove();
    await this.#release();
  }

  kill(): Promise<void> {
    return this.#container.kill();
  }

  freeze(): Promise<void> {
    return this.#container.freeze();
  }

  thaw(): Promise<void> {
    return this.#container.thaw();
  }

  restart(): Promise<void> {
    return this.#container.restart();
  }

  logs(): Promise<string> {
    return this.#container.logs();
  }
}

/** Starts PostgreSQL in a container. @throws Error that says why the image is not to be had, or what the server printed. */
export async function startPostgresContainer({ settings = {} }: PostgresOptions = {}): Promise<PostgresService> {
  const { port, release } = await takePostgresPort();
  const all = { ...smallServer, ...settings };
  try {
    const container = await ServiceContainer.start({
      image: POSTGRES_IMAGE,
      lease: `postgres-${port}`,
      ports: { [port]: PORT },
      environment: {
        POSTGRES_USER: postgresUser,
        POSTGRES_PASSWORD: postgresPassword,
        POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C',
      },
      command: ['postgres', ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      isReady,
    });
    return new ContainerPostgres(container, port, release);
  } catch (error) {
    await release();
    throw error;
  }
}

/** By TCP: the server that sets the data folder up listens on its socket only. */
async function isReady(container: ServiceContainer): Promise<boolean> {
  return container.exec(['pg_isready', '-q', '-h', '127.0.0.1', '-p', String(PORT)]).then(
    () => true,
    () => false,
  );
}
