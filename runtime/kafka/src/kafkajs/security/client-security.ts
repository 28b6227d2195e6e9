import type { ConnectionOptions } from 'node:tls';
import { ConfigException } from '@millrace/api';
import { wordProperty } from '../../client-properties.ts';
import type { ClientProperties } from '../../port.ts';
import type { KafkaJsSasl } from '../wire/kafkajs-connection.ts';
import { clientTls } from './client-tls.ts';
import { saslLogin } from './login.ts';

/** How brokers are talked to. */
export interface ClientSecurity {
  /** Null: no TLS. */
  readonly ssl: ConnectionOptions | null;
  /** Where trusted certificates come from, for errors; null without TLS. */
  readonly trust: string | null;
  /** Null: no authentication. */
  readonly sasl: KafkaJsSasl | null;
}

const protocols = ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl'] as const;

/**
 * By `security.protocol`, with `ssl.*` and `sasl.*` where it makes use of them.
 * @throws ConfigException for what is missing, wrong or not to be had here; no secret shows in it
 */
export function clientSecurity(properties: ClientProperties): ClientSecurity {
  refuseProviders(properties);
  const protocol = wordProperty(properties, 'security.protocol', protocols);
  const isSecure = protocol.endsWith('ssl');
  return {
    ssl: isSecure ? clientTls({ prefix: '', values: properties }) : null,
    trust: isSecure ? trustOf(properties) : null,
    sasl: protocol.startsWith('sasl') ? saslLogin(properties) : null,
  };
}

function trustOf(properties: ClientProperties): string {
  if (properties['ssl.truststore.certificates'] !== undefined) return 'ssl.truststore.certificates';
  const location = properties['ssl.truststore.location'] ?? '';
  return location === '' ? 'what Node trusts, since ssl.truststore.location is not set' : `${location} of ssl.truststore.location`;
}

/** Whoever names a provider of cryptography asks for what it vouches for, and would get less without a word. */
function refuseProviders(properties: ClientProperties): void {
  for (const key of ['security.providers', 'ssl.provider']) {
    const name = properties[key]?.trim() ?? '';
    if (name === '') continue;
    throw ConfigException.invalidValue(
      key,
      name,
      'Security providers are Java classes; TLS is that of Node (--force-fips for FIPS): remove the setting',
    );
  }
}
