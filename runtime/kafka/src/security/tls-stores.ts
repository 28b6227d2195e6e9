import { readFileSync } from 'node:fs';
import { ConfigException } from '@millrace/api';
import { certificatesOf } from './pkcs12-certificates.ts';

/** The `ssl.*` settings of one listener or client, without prefix. */
export interface TlsSettings {
  /** What stands before `ssl.` where they come from, for errors. */
  readonly prefix: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Key and certificate as Node's TLS takes them. */
export type KeyMaterial =
  | { readonly key: string; readonly cert: string; readonly passphrase?: string }
  | { readonly pfx: Buffer; readonly passphrase?: string };

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/;
const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

type StoreKind = 'keystore' | 'truststore';

/** What the stores may be; their bytes say which of PEM and PKCS#12 they are. */
const storeTypes: readonly string[] = ['JKS', 'PKCS12', 'PEM'];
const storeKeys = {
  keystore: { type: 'ssl.keystore.type', location: 'ssl.keystore.location', inline: 'ssl.keystore.key' },
  truststore: { type: 'ssl.truststore.type', location: 'ssl.truststore.location', inline: 'ssl.truststore.certificates' },
} as const;

/**
 * The key store: PEM (a file with key and certificates, or both inline) or PKCS#12. Null when none is set.
 * @throws ConfigException if it cannot be read, is a JKS file, or lacks a part.
 */
export function keyMaterial(settings: TlsSettings): KeyMaterial | null {
  const { prefix, values } = settings;
  checkType(settings, 'keystore');
  const inlineKey = values['ssl.keystore.key'];
  const chain = values['ssl.keystore.certificate.chain'];
  const keyPassword = values['ssl.key.password'];
  if (inlineKey !== undefined || chain !== undefined) return pemKey(settings, `${inlineKey ?? ''}\n${chain ?? ''}`, 'ssl.keystore.key');
  const location = values['ssl.keystore.location'] ?? '';
  if (location === '') return null;
  const bytes = storeBytes(location, `${prefix}ssl.keystore.location`, 'keystore');
  if (isPem(bytes)) return pemKey(settings, bytes.toString('latin1'), 'ssl.keystore.location');
  const passphrase = values['ssl.keystore.password'] ?? keyPassword;
  return { pfx: bytes, ...(passphrase === undefined ? {} : { passphrase }) };
}

/**
 * Certificates of the trust store in PEM: PEM, a file or inline, or PKCS#12. Null when none is set: those that Node trusts.
 * @throws ConfigException if it is a JKS file or holds no certificate.
 */
export function trustedCertificates({ prefix, values }: TlsSettings): string[] | null {
  checkType({ prefix, values }, 'truststore');
  const inline = values['ssl.truststore.certificates'];
  const location = values['ssl.truststore.location'] ?? '';
  if (inline === undefined && location === '') return null;
  const key = `${prefix}ssl.truststore.${inline === undefined ? 'location' : 'certificates'}`;
  const bytes = inline === undefined ? storeBytes(location, key, 'truststore') : Buffer.from(unfolded(inline));
  const certificates = isPem(bytes)
    ? (bytes.toString('latin1').match(certificate) ?? [])
    : certificatesOf(bytes, {
        file: location,
        password: values['ssl.truststore.password'] ?? '',
        passwordKey: `${prefix}ssl.truststore.password`,
      });
  if (certificates.length === 0) throw new ConfigException(`${key}${named(location)} holds no certificate`, { configKey: key });
  return certificates;
}

/** One of the two ways to give a store: with both, nobody can say which one counts. */
function checkType({ prefix, values }: TlsSettings, kind: StoreKind): void {
  const keys = storeKeys[kind];
  const type = values[keys.type]?.trim() ?? 'JKS';
  if (!storeTypes.includes(type.toUpperCase())) {
    throw ConfigException.invalidValue(prefix + keys.type, type, 'It must be PEM or PKCS12: convert the store and set the type');
  }
  if (values[keys.inline] !== undefined && (values[keys.location] ?? '') !== '') {
    throw new ConfigException(`Both ${prefix}${keys.location} and ${prefix}${keys.inline} are set: remove one of them`, {
      configKey: prefix + keys.location,
    });
  }
}

function pemKey({ prefix, values }: TlsSettings, text: string, key: string): KeyMaterial {
  const pem = unfolded(text);
  const found = privateKey.exec(pem)?.[0];
  const certificates = pem.match(certificate) ?? [];
  if (found === undefined || certificates.length === 0) {
    const what = found === undefined ? 'a private key (-----BEGIN PRIVATE KEY-----)' : 'a certificate (-----BEGIN CERTIFICATE-----)';
    const file = key === 'ssl.keystore.location' ? named(values[key] ?? '') : '';
    throw new ConfigException(`${prefix}${key}${file} lacks ${what}`, { configKey: prefix + key });
  }
  const passphrase = values['ssl.key.password'];
  return { key: found, cert: certificates.join('\n'), ...(passphrase === undefined ? {} : { passphrase }) };
}

/** Properties files hold PEM in one line, with blanks where the lines ended. */
function unfolded(text: string): string {
  return text.replaceAll(/(-----BEGIN [A-Z ]+-----)([^-]+)(-----END [A-Z ]+-----)/g, (_whole, begin: string, body: string, end: string) => {
    // The header lines of an encrypted PKCS#1 key have blanks of their own.
    const lines = body.includes(':') ? body.trim() : body.trim().replaceAll(/\s+/g, '\n');
    return `${begin}\n${lines}\n${end}`;
  });
}

function isPem(bytes: Buffer): boolean {
  return bytes.includes('-----BEGIN ');
}

function named(location: string): string {
  return location === '' ? '' : ` (${location})`;
}

function storeBytes(location: string, key: string, kind: StoreKind): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(location);
  } catch (error) {
    throw unreadable(location, key, error);
  }
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (magic !== 0xfe_ed_fe_ed && magic !== 0xce_ce_ce_ce) return bytes;
  const store = magic === 0xfe_ed_fe_ed ? 'JKS' : 'JCEKS';
  const target = `${location.replace(/\.jc?e?ks$/i, '')}.p12`;
  throw new ConfigException(
    `${location} of ${key} is a ${store} ${kind}, which only Java reads; convert it with: keytool -importkeystore -srckeystore ${location} -srcstoretype ${store} -destkeystore ${target} -deststoretype PKCS12 (then, for PEM: openssl pkcs12 -in ${target} ${kind === 'truststore' ? '-nokeys' : '-nodes'} -out ${kind}.pem)`,
    { configKey: key },
  );
}

/** The one line that tells why a store cannot be read. */
function unreadable(path: string, key: string, error: unknown): ConfigException {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
  };
  const { code, message } = error as NodeJS.ErrnoException;
  return new ConfigException(`Cannot read ${path} of ${key}: ${reasons[code ?? ''] ?? message}`, { cause: error, configKey: key });
}
