import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Struct } from '@millrace/api';
import { certificates } from '@millrace/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usePostgres } from '../support/use-postgres.ts';

/** `strict` has to use TLS, `open` must not, `client` has to show a certificate for its name. */
const hba = [
  'hostnossl all strict 127.0.0.1/32 reject',
  'hostssl all open 127.0.0.1/32 reject',
  'hostssl all client 127.0.0.1/32 cert',
  'host all client 127.0.0.1/32 reject',
  // An address that the certificate does not have.
  'host all all 127.0.0.2/32 scram-sha-256',
];
const roles = ['strict', 'open', 'client'];
const prepared = roles.map((role) => `CREATE ROLE ${role} LOGIN PASSWORD 'secret';`).join('\n');
const database = usePostgres((server) => server.psql(prepared), {
  serverCertificate: 'server',
  hba,
  settings: { listen_addresses: '127.0.0.1,127.0.0.2' },
});

const paths = await certificates();
const folder = mkdtempSync(join(tmpdir(), 'millrace-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Login {
  readonly user?: string;
  readonly host?: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Reads the row of the table and says whether TLS was used. */
async function usesTls({ user = 'postgres', host = '127.0.0.1', params }: Login): Promise<boolean> {
  const { port, password } = database.server;
  const run = await database.started({
    'connection.url': `jdbc:postgresql://${host}:${port}/postgres?${new URLSearchParams(params).toString()}`,
    'connection.user': user,
    'connection.password': user === 'postgres' ? password : 'secret',
    'connection.attempts': '3',
    'connection.backoff.ms': '60000',
    mode: 'bulk',
    query: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  });
  const [record] = await run.take(1);
  return (record?.value as Struct | undefined)?.values[0] === true;
}

const authority = { sslrootcert: paths.authority };

describe('sslmode', () => {
  it.each([
    ['disable', false],
    ['allow', false],
    ['prefer', true],
    ['require', true],
    ['verify-ca', true],
    ['verify-full', true],
  ])('%s connects to a server that has both: with TLS %s', async (sslmode, expected) => {
    expect(await usesTls({ params: { sslmode, ...(sslmode.startsWith('verify') ? authority : {}) } })).toBe(expected);
  });

  it('is prefer by default, and verify-full with ssl=true', async () => {
    expect(await usesTls({ params: {} })).toBe(true);
    expect(await usesTls({ params: { ssl: 'true', ...authority } })).toBe(true);
    await expect(usesTls({ params: { ssl: 'true' } })).rejects.toMatchObject({ configKey: 'connection.url' });
  });

  it.each([
    ['allow', 'strict', true],
    ['prefer', 'open', false],
  ])('%s tries the other way when pg_hba.conf refuses the first, as it does for %s', async (sslmode, user, expected) => {
    expect(await usesTls({ user, params: { sslmode } })).toBe(expected);
  });

  it('disable is refused where the server wants TLS, with the remedy', async () => {
    await expect(usesTls({ user: 'strict', params: { sslmode: 'disable' } })).rejects.toMatchObject({
      sqlState: '28000',
      suggestion: expect.stringContaining('sslmode=require') as string,
    });
  });

  it('verify-full compares the host with the certificate, verify-ca does not', async () => {
    const host = '127.0.0.2';

    await expect(usesTls({ host, params: { sslmode: 'verify-full', ...authority } })).rejects.toMatchObject({
      message: expect.stringContaining("127.0.0.2 is not in the cert's list") as string,
      suggestion: expect.stringContaining('host name') as string,
    });
    expect(await usesTls({ host, params: { sslmode: 'verify-ca', ...authority } })).toBe(true);
    expect(await usesTls({ host: 'localhost', params: { sslmode: 'verify-full', ...authority } })).toBe(true);
  });

  it.each(['verify-ca', 'verify-full'])('%s refuses a server of another authority at once, with the remedy', async (sslmode) => {
    await expect(usesTls({ params: { sslmode, sslrootcert: paths.unknownAuthority } })).rejects.toMatchObject({
      configKey: 'connection.url',
      message: expect.stringContaining('is refused') as string,
      suggestion: expect.stringContaining('sslrootcert') as string,
    });
    // Without a file the authorities that Node knows count, of which ours is none.
    await expect(usesTls({ params: { sslmode } })).rejects.toMatchObject({ suggestion: expect.stringContaining('sslrootcert') as string });
  });

  it('tells of a file that cannot be read', async () => {
    await expect(usesTls({ params: { sslmode: 'verify-ca', sslrootcert: '/nowhere/root.crt' } })).rejects.toMatchObject({
      configKey: 'connection.url',
      message: expect.stringContaining('/nowhere/root.crt of sslrootcert cannot be read') as string,
    });
  });
});

describe('a client certificate', () => {
  const { certificate, key } = paths.client;
  const der = join(folder, 'client.pk8');
  const p12 = join(folder, 'client.p12');

  beforeAll(() => {
    writeFileSync(
      der,
      createPrivateKey(readFileSync(key)).export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'hush' }),
    );
    execFileSync('openssl', ['pkcs12', '-export', '-in', certificate, '-inkey', key, '-passout', 'pass:hush', '-out', p12]);
  });

  it.each([
    ['PEM', { sslcert: certificate, sslkey: key }],
    ['DER with a password', { sslcert: certificate, sslkey: der, sslpassword: 'hush' }],
    ['PKCS #12', { sslkey: p12, sslpassword: 'hush' }],
  ])('whose key is in %s logs in', async (_, params) => {
    expect(await usesTls({ user: 'client', params: { sslmode: 'verify-full', ...authority, ...params } })).toBe(true);
  });

  it('that is missing or of another authority is told, with the remedy', async () => {
    const strict = { sslmode: 'verify-full', ...authority };

    await expect(usesTls({ user: 'client', params: strict })).rejects.toMatchObject({
      suggestion: expect.stringContaining('sslcert') as string,
    });
    const { certificate: sslcert, key: sslkey } = paths.unknown;
    await expect(usesTls({ user: 'client', params: { ...strict, sslcert, sslkey } })).rejects.toMatchObject({
      suggestion: expect.stringContaining('sslcert') as string,
    });
  });

  it('with the wrong password of its key is told', async () => {
    const params = { sslmode: 'require', sslcert: certificate, sslkey: der, sslpassword: 'wrong' };

    await expect(usesTls({ user: 'client', params })).rejects.toThrow('sslpassword is wrong');
  });
});
