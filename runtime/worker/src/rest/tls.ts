import type { RequestListener, Server } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { createSecureContext, type SecureVersion, type TLSSocket } from 'node:tls';
import { ConfigException } from '@millrace/api';
import { cipherList } from './cipher-suites.ts';
import { keyMaterial, trustedCertificates, type TlsSettings } from './tls-stores.ts';

const versions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/**
 * The TLS settings of listeners: all keys under the prefix if there is any, else the plain `ssl.*`.
 * @param prefix `listeners.https.` or `admin.listeners.https.`
 */
export function tlsSettings(workerConfig: Readonly<Record<string, string>>, prefix: string): TlsSettings {
  const own = Object.entries(workerConfig).filter(([key]) => key.startsWith(`${prefix}ssl.`));
  if (own.length === 0) return { prefix: '', values: workerConfig };
  return { prefix, values: Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])) };
}

/**
 * Reads the stores, once, and returns what makes a server with them.
 * @throws ConfigException for a store or a setting that cannot be used.
 */
export async function secureServers(settings: TlsSettings): Promise<(handler: RequestListener) => Server> {
  const options: ServerOptions = { ...(await keyMaterial(settings)), ...protocolOptions(settings), ...clientAuthOptions(settings) };
  const trusted = await trustedCertificates(settings);
  if (trusted !== null) options.ca = trusted;
  checkUsable(settings, options);
  return (handler) => {
    const server = createServer(options, handler);
    // `requested`: no certificate is fine, one that nobody vouches for is not.
    if (options.requestCert === true) server.on('secureConnection', refuseUntrusted);
    return server;
  };
}

function refuseUntrusted(socket: TLSSocket): void {
  const hasCertificate = Object.keys(socket.getPeerCertificate()).length > 0;
  if (hasCertificate && !socket.authorized) socket.destroy();
}

function clientAuthOptions({ prefix, values }: TlsSettings): Pick<ServerOptions, 'requestCert' | 'rejectUnauthorized'> {
  const auth = (values['ssl.client.auth'] ?? 'none').toLowerCase();
  if (!['none', 'requested', 'required'].includes(auth)) {
    throw ConfigException.invalidValue(`${prefix}ssl.client.auth`, auth, 'expected required, requested or none');
  }
  return { requestCert: auth !== 'none', rejectUnauthorized: auth === 'required' };
}

function protocolOptions({ prefix, values }: TlsSettings): Pick<ServerOptions, 'minVersion' | 'maxVersion' | 'ciphers'> {
  const key = `${prefix}ssl.enabled.protocols`;
  const enabled = listOf(values['ssl.enabled.protocols'] ?? 'TLSv1.2,TLSv1.3').map((name) => {
    const version = versions.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (version === undefined) throw ConfigException.invalidValue(key, name, `expected some of ${versions.join(', ')}`);
    return version;
  });
  const wanted = versions.filter((version) => enabled.includes(version));
  const [first, last] = [wanted[0], wanted.at(-1)];
  if (first === undefined || last === undefined) throw new ConfigException(`${key} names no protocol`, { configKey: key });
  const suites = listOf(values['ssl.cipher.suites'] ?? '');
  return {
    minVersion: first,
    maxVersion: last,
    ...(suites.length === 0 ? {} : { ciphers: cipherList(`${prefix}ssl.cipher.suites`, suites) }),
  };
}

/** A wrong password is found now and not with the first connection. */
function checkUsable({ prefix }: TlsSettings, options: ServerOptions): void {
  try {
    createSecureContext(options);
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigException(`The key store of ${prefix}ssl.keystore.* cannot be used: ${whyUnusable(message)}`, {
      cause: error,
      configKey: `${prefix}ssl.keystore.location`,
    });
  }
}

/** OpenSSL's words, followed by what they mean. */
function whyUnusable(message: string): string {
  if (/unsupported/i.test(message)) {
    return `${message}: it is encrypted with ciphers of old, write it anew with: openssl pkcs12 -legacy -in OLD.p12 -nodes -out store.pem`;
  }
  if (/mac verify|bad decrypt|interrupted or cancelled|password/i.test(message)) return `${message}: the password is wrong or missing`;
  if (/wrong tag|not enough data|header too long|asn1/i.test(message)) return `${message}: it is neither PEM nor PKCS#12`;
  return message;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
