import type { RequestListener, Server } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { ConfigException } from '@millrace/api';
import { keyMaterial, protocolOptions, secureContext, trustedCertificates, type TlsSettings } from '@millrace/kafka/security';

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
export function secureServers(settings: TlsSettings): (handler: RequestListener) => Server {
  const key = keyMaterial(settings);
  if (key === null) throw withoutKeyStore(settings);
  const options: ServerOptions = { ...key, ...protocolOptions(settings), ...clientAuthOptions(settings) };
  const trusted = trustedCertificates(settings);
  if (trusted !== null) options.ca = trusted;
  secureContext(settings, options);
  return (handler) => {
    const server = createServer(options, handler);
    // `requested`: no certificate is fine, one that nobody vouches for is not.
    if (options.requestCert === true) server.on('secureConnection', refuseUntrusted);
    return server;
  };
}

function withoutKeyStore({ prefix }: TlsSettings): ConfigException {
  return new ConfigException(
    `An https listener needs a key store: set ${prefix}ssl.keystore.location, or ${prefix}ssl.keystore.key and ${prefix}ssl.keystore.certificate.chain`,
    { configKey: `${prefix}ssl.keystore.location` },
  );
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
