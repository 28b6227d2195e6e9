import { readFile } from 'node:fs/promises';
import { ConfigException } from '@millrace/api';
import { unreadable } from '../config/properties-file.ts';
import { certificatesOf } from './pkcs12-certificates.ts';

/** The `ssl.*` settings of one listener, without prefix. */
export interface TlsSettings {
  /** What stands before `ssl.` in the worker's properties. */
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

/**
 * The key store: PEM (a file with key and certificates, or both inline) or PKCS#12.
 * @throws ConfigException if there is none, or it is a JKS file.
 */
export async function keyMaterial(settings: TlsSettings): Promise<KeyMaterial> {
  const { prefix, values } = settings;
  const inlineKey = values['ssl.keystore.key'];
  const chain = values['ssl.keystore.certificate.chain'];
  const keyPassword = values['ssl.key.password'];
  if (inlineKey !== undefined || chain !== undefined) return pemKey(settings, `${inlineKey ?? ''}\n${chain ?? ''}`, 'ssl.keystore.key');
  const location = values['ssl.keystore.location'];
  if (location === undefined || location === '') {
    throw new ConfigException(
      `An https listener needs a key store: set ${prefix}ssl.keystore.location, or ${prefix}ssl.keystore.key and ${prefix}ssl.keystore.certificate.chain`,
      { configKey: `${prefix}ssl.keystore.location` },
    );
  }
  const bytes = await storeBytes(location, 'keystore');
  if (isPem(bytes)) return pemKey(settings, bytes.toString('latin1'), 'ssl.keystore.location');
  const passphrase = values['ssl.keystore.password'] ?? keyPassword;
  return { pfx: bytes, ...(passphrase === undefined ? {} : { passphrase }) };
}

/**
 * Certificates of the trust store in PEM: PEM, a file or inline, or PKCS#12. Null when none is set: those that Node trusts.
 * @throws ConfigException if it is a JKS file or holds no certificate.
 */
export async function trustedCertificates({ prefix, values }: TlsSettings): Promise<string[] | null> {
  const inline = values['ssl.truststore.certificates'];
  const location = values['ssl.truststore.location'] ?? '';
  if (inline === undefined && location === '') return null;
  const key = `${prefix}ssl.truststore.${inline === undefined ? 'location' : 'certificates'}`;
  const bytes = inline === undefined ? await storeBytes(location, 'truststore') : Buffer.from(unfolded(inline));
  const certificates = isPem(bytes)
    ? (bytes.toString('latin1').match(certificate) ?? [])
    : certificatesOf(bytes, { file: location, password: values['ssl.truststore.password'] ?? '' });
  if (certificates.length === 0) throw new ConfigException(`${key} holds no certificate`, { configKey: key });
  return certificates;
}

function pemKey({ prefix, values }: TlsSettings, text: string, key: string): KeyMaterial {
  const pem = unfolded(text);
  const found = privateKey.exec(pem)?.[0];
  const certificates = pem.match(certificate) ?? [];
  if (found === undefined || certificates.length === 0) {
    const what = found === undefined ? 'a private key (-----BEGIN PRIVATE KEY-----)' : 'a certificate (-----BEGIN CERTIFICATE-----)';
    throw new ConfigException(`${prefix}${key} lacks ${what}`, { configKey: prefix + key });
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

async function storeBytes(location: string, kind: StoreKind): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readFile(location);
  } catch (error) {
    throw unreadable(location, error);
  }
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (magic === 0xfe_ed_fe_ed || magic === 0xce_ce_ce_ce) {
    const store = magic === 0xfe_ed_fe_ed ? 'JKS' : 'JCEKS';
    throw new ConfigException(
      `${location} is a ${store} ${kind}, which only Java reads; convert it with: keytool -importkeystore -srckeystore ${location} -srcstoretype ${store} -destkeystore ${location.replace(/\.jc?e?ks$/i, '')}.p12 -deststoretype PKCS12`,
      { configKey: `ssl.${kind}.location` },
    );
  }
  return bytes;
}
