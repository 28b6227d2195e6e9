import type { SecureContextOptions, SecureVersion } from 'node:tls';
import { ConfigException } from '@millrace/api';
import { cipherList } from './cipher-suites.ts';
import type { TlsSettings } from './tls-stores.ts';

const versions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const anyVersion: readonly string[] = ['tls', 'default'];

/**
 * Versions and cipher suites that may be agreed upon: `ssl.enabled.protocols` (default `TLSv1.2,TLSv1.3`), else up to `ssl.protocol`, and
 * `ssl.cipher.suites`.
 * @throws ConfigException for one that Node does not have
 */
export function protocolOptions({ prefix, values }: TlsSettings): Pick<SecureContextOptions, 'minVersion' | 'maxVersion' | 'ciphers'> {
  const enabled = enabledVersions({ prefix, values });
  const [first, last] = [enabled[0], enabled.at(-1)];
  if (first === undefined || last === undefined) {
    const key = `${prefix}ssl.enabled.protocols`;
    throw new ConfigException(`${key} names no protocol`, { configKey: key });
  }
  const suites = listOf(values['ssl.cipher.suites'] ?? '');
  return {
    minVersion: first,
    maxVersion: last,
    ...(suites.length === 0 ? {} : { ciphers: cipherList(`${prefix}ssl.cipher.suites`, suites) }),
  };
}

function enabledVersions({ prefix, values }: TlsSettings): SecureVersion[] {
  const list = values['ssl.enabled.protocols'];
  const protocol = values['ssl.protocol']?.trim();
  const newest =
    protocol === undefined || anyVersion.includes(protocol.toLowerCase()) ? 'TLSv1.3' : version(`${prefix}ssl.protocol`, protocol);
  if (list === undefined) {
    const oldest = versions.indexOf(newest) < versions.indexOf('TLSv1.2') ? newest : 'TLSv1.2';
    return versions.slice(versions.indexOf(oldest), versions.indexOf(newest) + 1);
  }
  const enabled = listOf(list).map((name) => version(`${prefix}ssl.enabled.protocols`, name));
  return versions.filter((candidate) => enabled.includes(candidate));
}

function version(key: string, name: string): SecureVersion {
  const found = versions.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw ConfigException.invalidValue(key, name, `expected some of ${versions.join(', ')}`);
  return found;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
