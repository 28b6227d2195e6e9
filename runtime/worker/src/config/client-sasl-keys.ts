import { Range, type ConfigKeyOptions } from '@millrace/api';

/** Settings for SASL, which all clients share. */
export const saslKeys = {
  'sasl.kerberos.service.name': { type: 'string', default: null, importance: 'medium', doc: 'Kerberos principal that brokers run as.' },
  'sasl.kerberos.kinit.cmd': { type: 'string', default: '/usr/bin/kinit', importance: 'low', doc: 'Path of the kinit command.' },
  'sasl.kerberos.ticket.renew.window.factor': {
    type: 'double',
    default: 0.8,
    importance: 'low',
    doc: 'Share of the lifetime of a ticket after which it is renewed.',
  },
  'sasl.kerberos.ticket.renew.jitter': {
    type: 'double',
    default: 0.05,
    importance: 'low',
    doc: 'Random share added to the time of renewal.',
  },
  'sasl.kerberos.min.time.before.relogin': {
    type: 'long',
    default: 60_000,
    importance: 'low',
    doc: 'Shortest time, in milliseconds, between two logins.',
  },
  'sasl.login.refresh.window.factor': {
    type: 'double',
    default: 0.8,
    importance: 'low',
    validator: Range.between(0.5, 1, 'double'),
    doc: 'Share of the lifetime of a token after which it is refreshed.',
  },
  'sasl.login.refresh.window.jitter': {
    type: 'double',
    default: 0.05,
    importance: 'low',
    validator: Range.between(0, 0.25, 'double'),
    doc: 'Random share added to the time of refresh.',
  },
  'sasl.login.refresh.min.period.seconds': {
    type: 'short',
    default: 60,
    importance: 'low',
    validator: Range.between(0, 900),
    doc: 'Shortest time, in seconds, between two refreshes.',
  },
  'sasl.login.refresh.buffer.seconds': {
    type: 'short',
    default: 300,
    importance: 'low',
    validator: Range.between(0, 3600),
    doc: 'Time, in seconds, before its end at which a token is refreshed at the latest.',
  },
  'sasl.mechanism': {
    type: 'string',
    default: 'GSSAPI',
    importance: 'medium',
    doc: 'SASL mechanism, such as PLAIN, SCRAM-SHA-512, GSSAPI or OAUTHBEARER.',
  },
  'sasl.jaas.config': { type: 'password', default: null, importance: 'medium', doc: 'Login for SASL, in the format of a JAAS entry.' },
  'sasl.client.callback.handler.class': {
    type: 'class',
    default: null,
    importance: 'medium',
    doc: 'Java class that answers the questions of the SASL client.',
  },
  'sasl.login.callback.handler.class': {
    type: 'class',
    default: null,
    importance: 'medium',
    doc: 'Java class that answers the questions of the login.',
  },
  'sasl.login.class': { type: 'class', default: null, importance: 'medium', doc: 'Java class of the login.' },
  'sasl.login.connect.timeout.ms': {
    type: 'int',
    default: null,
    importance: 'low',
    doc: 'Time, in milliseconds, that connecting to the token endpoint may take.',
  },
  'sasl.login.read.timeout.ms': {
    type: 'int',
    default: null,
    importance: 'low',
    doc: 'Time, in milliseconds, that an answer of the token endpoint may take.',
  },
  'sasl.login.retry.backoff.max.ms': {
    type: 'long',
    default: 10_000,
    importance: 'low',
    doc: 'Longest wait, in milliseconds, before a login is tried again.',
  },
  'sasl.login.retry.backoff.ms': {
    type: 'long',
    default: 100,
    importance: 'low',
    doc: 'First wait, in milliseconds, before a login is tried again.',
  },
} as const satisfies Readonly<Record<string, ConfigKeyOptions>>;
