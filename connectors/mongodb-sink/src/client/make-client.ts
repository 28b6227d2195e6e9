import { readFileSync } from 'node:fs';
import { ConnectException } from '@millrace/api';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import type { Keys } from '../config/definition.ts';

/** A client that has not connected yet. @throws ConnectException if a file of TLS cannot be read */
export function makeClient(keys: Keys, extra: MongoClientOptions = {}): MongoClient {
  const provider = keys.provider === '' ? '' : `|${keys.provider}`;
  const version = keys['server.api.version'];
  return new MongoClient(keys['connection.uri']?.value() ?? '', {
    appName: `mongo-kafka|sink${provider}`,
    ignoreUndefined: false,
    ...(version === ''
      ? {}
      : {
          serverApi: {
            version: version as '1',
            strict: keys['server.api.strict'],
            deprecationErrors: keys['server.api.deprecation.errors'],
          },
        }),
    ...writeConcern(keys),
    ...tlsOptions(keys),
    ...extra,
  });
}

/** Invariant 1: what is acknowledged outlives a crash of the server, unless the connection string says how much is enough. */
function writeConcern(keys: Keys): MongoClientOptions {
  const uri = keys['connection.uri']?.value() ?? '';
  if (!keys['mongo.write.durable'] || /[?&](?:w|journal|j|wtimeoutMS)=/i.test(uri)) return {};
  return { writeConcern: { w: 'majority', journal: true } };
}

function tlsOptions(keys: Keys): MongoClientOptions {
  const truststore = keys['connection.ssl.truststore'];
  const keystore = keys['connection.ssl.keystore'];
  if (truststore === '' && keystore === '') return {};
  const password = keys['connection.ssl.keystorePassword']?.value() ?? '';
  const isPkcs12 = /\.(?:p12|pfx)$/i.test(keystore);
  return {
    tls: true,
    ...(truststore === '' ? {} : { ca: file(truststore) }),
    ...(keystore === '' ? {} : isPkcs12 ? { pfx: file(keystore) } : { cert: file(keystore), key: file(keystore) }),
    ...(password === '' ? {} : { passphrase: password }),
  };
}

function file(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConnectException(`Failed to initialize SSLContext. ${(error as Error).message}`, { cause: error });
  }
}
