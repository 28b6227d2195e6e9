import { Range, type ConfigKeyOptions } from '@millrace/api';

/** Settings of an admin client alone. */
export const adminKeys = {
  'bootstrap.servers': { type: 'list', default: '', importance: 'high', doc: 'Brokers to find the cluster by, as host:port.' },
  retries: {
    type: 'int',
    default: 2_147_483_647,
    importance: 'low',
    validator: Range.between(0, 2_147_483_647),
    doc: 'How often a failed request is repeated.',
  },
  'client.id': { type: 'string', default: '', importance: 'medium', doc: 'Name of the client in logs and metrics of the broker.' },
  'receive.buffer.bytes': {
    type: 'int',
    default: 65_536,
    importance: 'medium',
    validator: Range.atLeast(-1),
    doc: 'Size, in bytes, of the receive buffer of a socket; -1 for that of the system.',
  },
  'enable.metrics.push': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether metrics of the client are sent to a broker that asks for them (KIP-714).',
  },
  'connections.max.idle.ms': {
    type: 'long',
    default: 300_000,
    importance: 'medium',
    doc: 'Time, in milliseconds, after which an unused connection is closed.',
  },
  'default.api.timeout.ms': {
    type: 'int',
    default: 60_000,
    importance: 'medium',
    validator: Range.atLeast(0),
    doc: 'Time, in milliseconds, that an operation of the client may take.',
  },
  'bootstrap.controllers': { type: 'list', default: '', importance: 'high', doc: 'Controllers to find the cluster by, as host:port.' },
} as const satisfies Readonly<Record<string, ConfigKeyOptions>>;
