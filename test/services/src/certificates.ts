import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, completeFolder, isComplete } from './cache-folder.ts';
import { withLock } from './ports.ts';
import { run } from './process/run.ts';

/** Paths of PEM files. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
  /** Key, certificate and its authority in one file, as Kafka's PEM key stores want it. */
  readonly bundle: string;
}

/** Certificates for `localhost` and `127.0.0.1`. */
export interface Certificates {
  /** The authority that signed server, client and expired. */
  readonly authority: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** A server's certificate that ended before it began. */
  readonly expired: KeyPair;
  /** An authority that no server of ours was signed by, for clients that must refuse. */
  readonly unknownAuthority: string;
  /** Signed by the unknown authority. */
  readonly unknown: KeyPair;
}

/** Raise it when what is made changes. */
const EDITION = 1;
const VALID_DAYS = 3650;

const PAIRS = ['server', 'client', 'expired', 'unknown'] as const;

/** The certificates of test services, made with openssl the first time. */
export async function certificates(): Promise<Certificates> {
  const folder = join(cacheFolder(), `certificates-${EDITION}`);
  if (!(await isComplete(folder))) await withLock('certificates', () => completeFolder(folder, make));
  const pair = (name: (typeof PAIRS)[number]): KeyPair => ({
    certificate: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
    bundle: join(folder, `${name}.pem`),
  });
  return {
    authority: join(folder, 'authority.crt'),
    server: pair('server'),
    client: pair('client'),
    expired: pair('expired'),
    unknownAuthority: join(folder, 'unknown-authority.crt'),
    unknown: pair('unknown'),
  };
}

async function make(folder: string): Promise<void> {
  await writeFile(join(folder, 'names.cnf'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  for (const name of ['authority', 'unknown-authority']) {
    const subject = ['-subj', `/CN=millrace-test-${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`];
    await openssl(folder, ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', String(VALID_DAYS), ...subject]);
  }
  for (const name of PAIRS) await makePair(folder, name);
}

async function makePair(folder: string, name: (typeof PAIRS)[number]): Promise<void> {
  const authority = name === 'unknown' ? 'unknown-authority' : 'authority';
  const subject = name === 'client' ? '/CN=client' : '/CN=localhost';
  const days = name === 'expired' ? '-1' : String(VALID_DAYS);
  await openssl(folder, ['req', '-newkey', 'rsa:2048', '-nodes', '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`]);
  const signer = ['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`, '-CAcreateserial'];
  const result = ['-days', days, '-extfile', 'names.cnf', '-out', `${name}.crt`];
  await openssl(folder, ['x509', '-req', '-in', `${name}.csr`, ...signer, ...result]);
  const parts = await Promise.all([`${name}.key`, `${name}.crt`, `${authority}.crt`].map((file) => readFile(join(folder, file), 'utf8')));
  await writeFile(join(folder, `${name}.pem`), parts.join(''));
}

async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run('openssl', args, { cwd });
  if (code !== 0) throw new Error(`openssl ${args[0]} failed:\n${output.trim()}`);
}
