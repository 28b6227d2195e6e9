import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { ConfigException, ConnectException } from '@millrace/api';
import type { Address, Target } from '../config/jdbc-url.ts';

/** With and without TLS, in the order in which a mode tries them. */
export function encryptionsOf(mode: Target['sslMode']): boolean[] {
  if (mode === 'disable') return [false];
  if (mode === 'allow') return [false, true];
  return mode === 'prefer' ? [true, false] : [true];
}

/** What TLS needs to know of a target, and who it is that has to show a certificate. @throws ConfigException for a file that cannot be used */
export async function tlsOptions(target: Target, { host }: Address): Promise<ConnectionOptions> {
  const { sslMode, sslRootCert, sslCert, sslKey } = target;
  const isFull = sslMode === 'verify-full';
  return {
    rejectUnauthorized: isFull || sslMode === 'verify-ca',
    // The driver tells TLS no address, only names, so that any certificate for localhost would do for it.
    checkServerIdentity: isFull ? (_, certificate) => checkServerIdentity(host, certificate) : () => undefined,
    ...(sslRootCert === null ? {} : { ca: await fileOf('sslrootcert', sslRootCert) }),
    ...(sslCert === null ? {} : { cert: await fileOf('sslcert', sslCert) }),
    ...(sslKey === null ? {} : await keyOf(sslKey, target.sslPassword)),
  };
}

/** A private key in PEM, in DER (PKCS #8), or with its certificate in PKCS #12, as the JDBC driver takes them. */
async function keyOf(path: string, passphrase: string | null): Promise<ConnectionOptions> {
  const key = await fileOf('sslkey', path);
  const secret = passphrase === null ? {} : { passphrase };
  if (/\.(?:p12|pfx)$/i.test(path)) return { pfx: key, ...secret };
  if (key.includes('-----BEGIN')) return { key, ...secret };
  try {
    return { key: createPrivateKey({ key, format: 'der', type: 'pkcs8', ...secret }).export({ format: 'pem', type: 'pkcs8' }) };
  } catch (error) {
    throw unusable('sslkey', path, 'is neither PEM nor PKCS #8, or sslpassword is wrong', error);
  }
}

async function fileOf(parameter: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unusable(parameter, path, 'cannot be read', error);
  }
}

function unusable(parameter: string, path: string, why: string, cause: unknown): ConfigException {
  return new ConfigException(
    `Invalid value for configuration connection.url: the file ${path} of ${parameter} ${why}: ${(cause as Error).message}`,
    {
      cause,
      configKey: 'connection.url',
    },
  );
}

const CA_ADVICE = 'Name the authority that signed it, in PEM, in sslrootcert; sslmode=require would not check it.';

/** What to do about a certificate that was refused, by the code of the error. */
const ADVICE: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: CA_ADVICE,
  DEPTH_ZERO_SELF_SIGNED_CERT: CA_ADVICE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CA_ADVICE,
  UNABLE_TO_GET_ISSUER_CERT: CA_ADVICE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CA_ADVICE,
  CERT_SIGNATURE_FAILURE: CA_ADVICE,
  CERT_HAS_EXPIRED: 'Renew the certificate of the server.',
  CERT_NOT_YET_VALID: 'Compare the clocks of both machines.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Write a host name that the certificate has, or sslmode=verify-ca, which does not compare it.',
};

/** The error for a TLS handshake that cannot succeed later either; null when something else went wrong. */
export function tlsProblem(error: unknown, { host, port }: Address): ConnectException | null {
  const { code, message } = error as { code?: unknown; message: string };
  const problem = (what: string, suggestion: string): ConnectException =>
    new ConnectException(`PostgreSQL at ${host}:${port} ${what}`, { cause: error, configKey: 'connection.url', suggestion });
  if (message === 'The server does not support SSL connections') {
    return problem('has no TLS, which sslmode demands', 'Set ssl=on in postgresql.conf, or sslmode=disable in connection.url.');
  }
  if (typeof code !== 'string') return null;
  const suggestion = ADVICE[code];
  if (suggestion !== undefined) return problem(`shows a certificate that is refused: ${message}`, suggestion);
  if (!/^ERR_SSL_.*_ALERT_/.test(code)) return null;
  const advice = 'Name in sslcert a certificate of an authority in ssl_ca_file of the server, and its key in sslkey.';
  return problem(`refuses what it was shown of TLS: ${message.trim()}`, advice);
}
