import { ConfigException } from '@millrace/api';
import { integerProperty } from '../../client-properties.ts';
import type { ClientProperties } from '../../port.ts';
import { clientSecurity } from '../security/client-security.ts';
import type { Address, WireConfig } from './wire-config.ts';

const bootstrapKey = 'bootstrap.servers';
const maxPort = 65_535;

/** How to reach the brokers, from a client's properties. @throws ConfigException naming the key, the value and the way out */
export function wireConfig(properties: ClientProperties): WireConfig {
  return {
    bootstrap: addresses(properties[bootstrapKey] ?? ''),
    clientId: properties['client.id'] ?? '',
    ...clientSecurity(properties),
    requestTimeoutMs: integerProperty(properties, { key: 'request.timeout.ms', defaultValue: 30_000, min: 0 }),
    connectionTimeoutMs: integerProperty(properties, { key: 'socket.connection.setup.timeout.ms', defaultValue: 10_000, min: 0 }),
    metadataMaxAgeMs: integerProperty(properties, { key: 'metadata.max.age.ms', defaultValue: 300_000, min: 0 }),
    retryBackoffMs: integerProperty(properties, { key: 'retry.backoff.ms', defaultValue: 100, min: 0 }),
    retryBackoffMaxMs: integerProperty(properties, { key: 'retry.backoff.max.ms', defaultValue: 1000, min: 0 }),
    reconnectBackoffMs: integerProperty(properties, { key: 'reconnect.backoff.ms', defaultValue: 50, min: 0 }),
    reconnectBackoffMaxMs: integerProperty(properties, { key: 'reconnect.backoff.max.ms', defaultValue: 1000, min: 0 }),
  };
}

/** `host:port` and `[ipv6]:port`, separated by commas. */
function addresses(value: string): Address[] {
  const texts = value
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (texts.length === 0) throw ConfigException.invalidValue(bootstrapKey, value, 'No bootstrap urls given in bootstrap.servers');
  return texts.map((text) => {
    const match = /^(?:\w+:\/\/)?(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text);
    const port = Number(match?.[3]);
    if (match === null || port > maxPort) throw ConfigException.invalidValue(bootstrapKey, text, 'It must be host:port');
    return { host: (match[1] ?? match[2]) as string, port };
  });
}
