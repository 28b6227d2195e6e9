import { ConfigException, isPassword, LambdaValidator, Range, ValidString } from '@millrace/api';
import { MongoClient } from 'mongodb';
import { keyGroup } from './key-group.ts';

const connectionString = LambdaValidator.with(
  (name, value) => {
    const uri = isPassword(value) ? value.value() : String(value);
    try {
      void new MongoClient(uri);
    } catch (error) {
      // The value may hold a password and is not repeated; the driver's message names the part that is wrong.
      throw ConfigException.invalidValue(name, '[hidden]', `it is no connection string of MongoDB: ${(error as Error).message}`);
    }
  },
  () => 'A connection string of MongoDB',
);

/** How the server is reached. */
export const connectionKeys = keyGroup('Connection', {
  'connection.uri': {
    type: 'password',
    default: 'mongodb://localhost:27017',
    validator: connectionString,
    importance: 'high',
    doc: 'Connection string of the server, with its credentials and options.',
  },
  'server.api.version': {
    type: 'string',
    default: '',
    validator: ValidString.in('', '1'),
    importance: 'medium',
    doc: 'Version of the Stable API to declare to the server, 5.0 or later; empty for none.',
  },
  'server.api.deprecation.errors': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether the server refuses deprecated behaviour. Only with `server.api.version`.',
  },
  'server.api.strict': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether the server refuses what is not in the Stable API. Only with `server.api.version`.',
  },
  'connection.ssl.truststore': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'File of the certificates to trust, in PEM. Java key stores cannot be read: `keytool -exportcert -rfc` converts them.',
  },
  'connection.ssl.truststorePassword': {
    type: 'password',
    default: '',
    importance: 'medium',
    doc: 'Ignored, since PEM files of certificates have no password.',
  },
  'connection.ssl.keystore': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'File of our certificate and key, in PKCS12 (ending in `.p12` or `.pfx`) or PEM.',
  },
  'connection.ssl.keystorePassword': {
    type: 'password',
    default: '',
    importance: 'medium',
    doc: 'Password of that file.',
  },
  'csfle.enabled': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Client-side field level encryption. Not supported: true is refused.',
  },
  provider: { type: 'string', default: '', importance: 'low', internal: true, doc: 'Added to the name that the driver tells the server.' },
  'mongo.write.durable': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Ours. Whether a write counts as done only when it is in the journal of a majority, so that a crash of the server loses nothing that was committed. A write concern in `connection.uri` wins; false leaves it to the server.',
  },
  'mongo.retry.backoff.ms': {
    type: 'long',
    default: 500,
    validator: Range.atLeast(1),
    importance: 'low',
    doc: 'Ours. First wait, in milliseconds, before a batch that failed for a passing reason is written again; it doubles each time.',
  },
  'mongo.retry.backoff.max.ms': {
    type: 'long',
    default: 30_000,
    validator: Range.atLeast(1),
    importance: 'low',
    doc: 'Ours. Longest such wait, in milliseconds.',
  },
  'mongo.retry.timeout.ms': {
    type: 'long',
    default: -1,
    validator: Range.atLeast(-1),
    importance: 'low',
    doc: 'Ours. How long a batch is tried, in milliseconds, until the task fails; -1 is without end. No outage sends records to the dead letter queue.',
  },
} as const);
