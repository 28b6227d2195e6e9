import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigException } from '@millrace/api';
import type { TlsSettings } from './tls-stores.ts';

/** Node's TLS context. A password that is wrong is found here and not with the first connection. @throws ConfigException */
export function secureContext({ prefix, values }: TlsSettings, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    const key = `${prefix}ssl.keystore.${values['ssl.keystore.key'] === undefined ? 'location' : 'key'}`;
    const file = values['ssl.keystore.key'] === undefined ? (values['ssl.keystore.location'] ?? '') : 'PEM in the configuration';
    throw new ConfigException(
      `The key store of ${prefix}ssl.keystore.* (${file}) cannot be used: ${whyUnusable((error as Error).message, prefix)}`,
      { cause: error, configKey: key },
    );
  }
}

/** OpenSSL's words, followed by what they mean. */
function whyUnusable(message: string, prefix: string): string {
  if (/unsupported/i.test(message)) {
    return `${message}: it is encrypted with ciphers of old, write it anew with: openssl pkcs12 -legacy -in OLD.p12 -nodes -out store.pem`;
  }
  if (/mac verify|bad decrypt|interrupted or cancelled|password/i.test(message)) {
    return `${message}: the password is wrong or missing; check ${prefix}ssl.keystore.password for PKCS#12, ${prefix}ssl.key.password for PEM`;
  }
  if (/key values mismatch/i.test(message)) return `${message}: the first certificate is not that of the private key`;
  if (/wrong tag|not enough data|header too long|asn1/i.test(message)) return `${message}: it is neither PEM nor PKCS#12`;
  return message;
}
