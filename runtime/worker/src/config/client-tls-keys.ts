import { CaseInsensitiveValidString, type ConfigKeyOptions } from '@millrace/api';

/** Settings for TLS, which all clients share. */
export const tlsKeys = {
  'security.protocol': {
    type: 'string',
    default: 'PLAINTEXT',
    importance: 'medium',
    validator: CaseInsensitiveValidString.in('SASL_SSL', 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT'),
    doc: 'How brokers are talked to: in plain text or by TLS, with SASL or without.',
  },
  'security.providers': { type: 'string', default: null, importance: 'low', doc: 'Java security providers.' },
  'ssl.protocol': { type: 'string', default: 'TLSv1.3', importance: 'medium', doc: 'TLS protocol of new connections.' },
  'ssl.provider': { type: 'string', default: null, importance: 'medium', doc: 'Java security provider for TLS.' },
  'ssl.cipher.suites': {
    type: 'list',
    default: '',
    importance: 'low',
    doc: 'Cipher suites that may be agreed upon; none listed for those of the platform.',
  },
  'ssl.enabled.protocols': {
    type: 'list',
    default: 'TLSv1.2,TLSv1.3',
    importance: 'medium',
    doc: 'TLS protocols that may be agreed upon.',
  },
  'ssl.keystore.type': { type: 'string', default: 'JKS', importance: 'medium', doc: 'Format of the key store: JKS, PKCS12 or PEM.' },
  'ssl.keystore.location': { type: 'string', default: null, importance: 'high', doc: 'File of the key store.' },
  'ssl.keystore.password': { type: 'password', default: null, importance: 'high', doc: 'Password of the key store.' },
  'ssl.key.password': { type: 'password', default: null, importance: 'high', doc: 'Password of the private key.' },
  'ssl.keystore.key': { type: 'password', default: null, importance: 'high', doc: 'Private key in PEM format.' },
  'ssl.keystore.certificate.chain': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'Certificates of the client in PEM format.',
  },
  'ssl.truststore.certificates': { type: 'password', default: null, importance: 'high', doc: 'Trusted certificates in PEM format.' },
  'ssl.truststore.type': { type: 'string', default: 'JKS', importance: 'medium', doc: 'Format of the trust store: JKS, PKCS12 or PEM.' },
  'ssl.truststore.location': { type: 'string', default: null, importance: 'high', doc: 'File of the trust store.' },
  'ssl.truststore.password': { type: 'password', default: null, importance: 'high', doc: 'Password of the trust store.' },
  'ssl.keymanager.algorithm': { type: 'string', default: 'SunX509', importance: 'low', doc: 'Java algorithm of the key manager.' },
  'ssl.trustmanager.algorithm': { type: 'string', default: 'PKIX', importance: 'low', doc: 'Java algorithm of the trust manager.' },
  'ssl.endpoint.identification.algorithm': {
    type: 'string',
    default: 'https',
    importance: 'low',
    doc: 'How the name of a broker is checked against its certificate; empty for not at all.',
  },
  'ssl.secure.random.implementation': { type: 'string', default: null, importance: 'low', doc: 'Java source of random numbers for TLS.' },
  'ssl.engine.factory.class': { type: 'class', default: null, importance: 'low', doc: 'Java class that makes TLS engines.' },
} as const satisfies Readonly<Record<string, ConfigKeyOptions>>;
