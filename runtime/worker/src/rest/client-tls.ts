import type { AgentOptions } from 'node:https';
import { keyMaterial, protocolOptions, trustedCertificates, type TlsSettings } from '@millrace/kafka/security';

/**
 * What a worker shows and trusts when it calls other workers: the material of its own listeners.
 * @throws ConfigException for a store that cannot be used
 */
export function clientTlsOptions(settings: TlsSettings): AgentOptions {
  const trusted = trustedCertificates(settings);
  const checksName = (settings.values['ssl.endpoint.identification.algorithm'] ?? 'https') !== '';
  return {
    ...keyMaterial(settings),
    ...protocolOptions(settings),
    ...(trusted === null ? {} : { ca: trusted }),
    ...(checksName ? {} : { checkServerIdentity: () => undefined }),
  };
}
