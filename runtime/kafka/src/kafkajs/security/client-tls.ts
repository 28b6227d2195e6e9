import type { ConnectionOptions, SecureContextOptions } from 'node:tls';
import { ConfigException } from '@millrace/api';
import { protocolOptions } from '../../security/tls-protocols.ts';
import { secureContext } from '../../security/secure-context.ts';
import { keyMaterial, trustedCertificates, type TlsSettings } from '../../security/tls-stores.ts';

const identificationKey = 'ssl.endpoint.identification.algorithm';
const factoryKey = 'ssl.engine.factory.class';
const defaultFactory = 'org.apache.kafka.common.security.ssl.DefaultSslEngineFactory';

/**
 * TLS of a client by Kafka's `ssl.*`. Stores are read now. Without trust store those count that Node trusts. The certificate of the other side
 * is always verified, and its name too unless `ssl.endpoint.identification.algorithm` is empty.
 * @throws ConfigException for a store or a setting that cannot be used
 */
export function clientTls(settings: TlsSettings): ConnectionOptions {
  const { prefix, values } = settings;
  const factory = values[factoryKey]?.trim() ?? '';
  if (factory !== '' && factory !== defaultFactory) {
    throw ConfigException.invalidValue(prefix + factoryKey, factory, 'It is a Java class, which cannot be loaded here: remove the setting');
  }
  const options: SecureContextOptions = { ...keyMaterial(settings), ...protocolOptions(settings) };
  const trusted = trustedCertificates(settings);
  if (trusted !== null) options.ca = trusted;
  return {
    secureContext: secureContext(settings, options),
    rejectUnauthorized: true,
    ...(checksName(settings) ? {} : { checkServerIdentity: () => undefined }),
  };
}

function checksName({ prefix, values }: TlsSettings): boolean {
  const algorithm = values[identificationKey]?.trim() ?? 'https';
  if (algorithm !== '' && algorithm.toLowerCase() !== 'https') {
    throw ConfigException.invalidValue(
      prefix + identificationKey,
      algorithm,
      'It must be https, or empty to not check the name of the broker',
    );
  }
  return algorithm !== '';
}
