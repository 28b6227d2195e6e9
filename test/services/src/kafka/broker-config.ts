import type { Certificates } from '../certificates.ts';
import { type BrokerPort, brokerPort, portBehindProxy } from '../ports.ts';

/** Listeners for clients. */
export const clientListeners = ['PLAINTEXT', 'SASL_PLAINTEXT', 'SSL', 'SASL_SSL'] as const;

/** A listener for clients. */
export type ClientListener = (typeof clientListeners)[number];

/** Users of every cluster with a SASL listener. OAUTHBEARER takes any unsecured token. */
export const kafkaUsers = {
  PLAIN: { username: 'alice', password: 'alice-pw' },
  'SCRAM-SHA-256': { username: 'bob', password: 'bob-pw' },
  'SCRAM-SHA-512': { username: 'carol', password: 'carol-pw' },
} as const;

const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;

const LOGIN_MODULES = 'org.apache.kafka.common.security';
const JAAS: Readonly<Record<(typeof SASL_MECHANISMS)[number], string>> = {
  PLAIN: `${LOGIN_MODULES}.plain.PlainLoginModule required user_${kafkaUsers.PLAIN.username}="${kafkaUsers.PLAIN.password}";`,
  'SCRAM-SHA-256': `${LOGIN_MODULES}.scram.ScramLoginModule required;`,
  'SCRAM-SHA-512': `${LOGIN_MODULES}.scram.ScramLoginModule required;`,
  OAUTHBEARER: `${LOGIN_MODULES}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
};

/** What a broker's configuration is made of. */
export interface BrokerConfigSpec {
  readonly slot: number;
  readonly node: number;
  readonly brokerCount: number;
  readonly listeners: readonly ClientListener[];
  readonly isProxied: boolean;
  readonly certificates: Certificates | null;
  readonly serverCertificate: 'server' | 'expired' | 'unknown';
  readonly dataFolder: string;
  /** Wins over everything else. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The broker's `server.properties`. */
export function brokerConfig(spec: BrokerConfigSpec): string {
  const entries = Object.entries({
    ...quorum(spec),
    ...listenerConfig(spec),
    ...replication(spec.brokerCount),
    ...sasl(spec.listeners),
    ...tls(spec),
    ...smallBroker,
    'log.dirs': spec.dataFolder,
    ...spec.properties,
  });
  return entries.map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`).join('');
}

/** Few threads and small buffers: a broker of a test serves a handful of clients. */
export const smallBroker: Readonly<Record<string, string>> = {
  'num.partitions': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  'num.network.threads': '2',
  'num.io.threads': '2',
  'background.threads': '2',
  'log.cleaner.dedupe.buffer.size': '2097152',
  'log.cleaner.threads': '1',
};

function quorum({ slot, node, brokerCount }: BrokerConfigSpec): Record<string, string> {
  const voters = Array.from({ length: brokerCount }, (_, index) => `${index + 1}@127.0.0.1:${brokerPort(slot, index + 1, 'CONTROLLER')}`);
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node),
    'controller.quorum.voters': voters.join(','),
    'controller.listener.names': 'CONTROLLER',
    // How long others take to give a killed broker up. A single one waits that long for itself when it comes back.
    'broker.session.timeout.ms': brokerCount === 1 ? '1000' : '3000',
    'broker.heartbeat.interval.ms': brokerCount === 1 ? '250' : '500',
  };
}

function listenerConfig({ slot, node, listeners, isProxied }: BrokerConfigSpec): Record<string, string> {
  const bound = (name: ClientListener): number => (isProxied ? portBehindProxy(slot, node, name) : brokerPort(slot, node, name));
  const own = (name: BrokerPort): string => `${name}://127.0.0.1:${brokerPort(slot, node, name)}`;
  return {
    listeners: [...listeners.map((name) => `${name}://127.0.0.1:${bound(name)}`), own('INTERNAL'), own('CONTROLLER')].join(','),
    'advertised.listeners': [...listeners.map((name) => `${name}://${hostOf(name)}:${brokerPort(slot, node, name)}`), own('INTERNAL')].join(
      ',',
    ),
    'listener.security.protocol.map': [
      ...clientListeners.map((name) => `${name}:${name}`),
      'INTERNAL:PLAINTEXT',
      'CONTROLLER:PLAINTEXT',
    ].join(','),
    'inter.broker.listener.name': 'INTERNAL',
  };
}

/** The host name under which clients reach a listener: certificates are checked against it. */
export function hostOf(listener: ClientListener): string {
  return listener.endsWith('SSL') ? 'localhost' : '127.0.0.1';
}

function replication(brokerCount: number): Record<string, string> {
  const factor = String(brokerCount);
  const minimum = String(Math.max(1, brokerCount - 1));
  return {
    'default.replication.factor': factor,
    'min.insync.replicas': minimum,
    'offsets.topic.replication.factor': factor,
    'transaction.state.log.replication.factor': factor,
    'transaction.state.log.min.isr': minimum,
    'share.coordinator.state.topic.replication.factor': factor,
    'share.coordinator.state.topic.min.isr': minimum,
  };
}

function sasl(listeners: readonly ClientListener[]): Record<string, string> {
  const own = listeners.filter((name) => name.startsWith('SASL'));
  if (own.length === 0) return {};
  const jaas = own.flatMap((name) =>
    SASL_MECHANISMS.map((mechanism) => {
      return [`listener.name.${name.toLowerCase()}.${mechanism.toLowerCase()}.sasl.jaas.config`, JAAS[mechanism]] as const;
    }),
  );
  return { 'sasl.enabled.mechanisms': SASL_MECHANISMS.join(','), ...Object.fromEntries(jaas) };
}

function tls({ certificates, serverCertificate }: BrokerConfigSpec): Record<string, string> {
  if (certificates === null) return {};
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': certificates[serverCertificate].bundle,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': certificates.authority,
    'listener.name.ssl.ssl.client.auth': 'requested',
  };
}
