import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { whyNoEngine } from '../../src/container/engine.ts';
import { serviceForFile } from '../../src/for-file.ts';
import { startPostgresContainer } from '../../src/postgres/container-postgres.ts';

const postgres = serviceForFile(whyNoEngine, () => startPostgresContainer({ settings: { max_connections: '17' } }));

/** Asks whether the server takes TLS; one that has none says N. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

describe('PostgreSQL in a container', () => {
  it('runs SQL, statement by statement, with the settings that were asked for', async () => {
    const printed = await postgres().psql(
      "CREATE TABLE t (v text); INSERT INTO t VALUES ('it''s $1'); SELECT v FROM t; SHOW max_connections",
    );

    expect(printed).toBe("it's $1\n17\n");
  });

  it('says what PostgreSQL says of SQL that is wrong', async () => {
    await expect(postgres().psql('SELECT 1 FROM missing')).rejects.toThrow('relation "missing" does not exist');
  });

  it('has its rows after kill -9 and a restart, at the same address', async () => {
    const before = postgres().jdbcUrl();
    await postgres().psql('CREATE TABLE survives AS SELECT 1 AS id; CHECKPOINT');

    await postgres().kill();
    await postgres().restart();

    expect(postgres().jdbcUrl()).toBe(before);
    expect(await postgres().psql('SELECT id FROM survives')).toBe('1\n');
  });

  it('accepts a connection while it is frozen and answers on it once it is thawed', async () => {
    await postgres().freeze();
    const socket = connect({ host: postgres().host, port: postgres().port });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(sslRequest);
    socket.setTimeout(500);
    const first = await Promise.race([once(socket, 'timeout').then(() => 'nothing'), once(socket, 'data').then(() => 'an answer')]);
    const answer = once(socket, 'data');
    await postgres().thaw();

    expect(first).toBe('nothing');
    expect(String(await answer)).toBe('N');
  });

  it('gives what the server has printed', async () => {
    expect(await postgres().logs()).toContain('database system is ready to accept connections');
  });
});
