/**
 * Kafka's `ssl.*` settings in Node's terms, for servers as for clients.
 *
 * @module
 */
export { protocolOptions } from './security/tls-protocols.ts';
export { secureContext } from './security/secure-context.ts';
export { keyMaterial, trustedCertificates, type KeyMaterial, type TlsSettings } from './security/tls-stores.ts';
