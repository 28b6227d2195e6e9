import { getCiphers } from 'node:tls';
import { ConfigException } from '@millrace/api';

/**
 * The value of Node's `ciphers` for a list of suites, named as Java names them (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`) or OpenSSL.
 * @throws ConfigException for one that this Node does not have.
 */
export function cipherList(key: string, suites: readonly string[]): string {
  const known = new Set(getCiphers().map((name) => name.toUpperCase()));
  return suites
    .map((suite) => {
      const name = openSslName(suite);
      if (!known.has(name)) throw ConfigException.invalidValue(key, suite, 'this Node has no such cipher suite');
      return name;
    })
    .join(':');
}

/** TLS 1.3 suites have one name; those before are written without `TLS_`, `WITH` and, with RSA alone, the key exchange. */
function openSslName(suite: string): string {
  const match = /^TLS_(\w+)_WITH_(\w+)$/.exec(suite.toUpperCase());
  if (match === null) return suite.toUpperCase();
  const [, exchange = '', cipher = ''] = match;
  const shortCipher = cipher
    .replace(/AES_(\d+)/, 'AES$1')
    .replace('_CBC', '')
    .replace('CHACHA20_POLY1305_SHA256', 'CHACHA20_POLY1305');
  return `${exchange === 'RSA' ? '' : `${exchange}_`}${shortCipher}`.replaceAll('_', '-');
}
