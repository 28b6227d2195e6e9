import { createDecipheriv, pbkdf2Sync, X509Certificate } from 'node:crypto';
import { ConfigException } from '@millrace/api';

/** A PKCS#12 trust store. */
export interface TrustStoreFile {
  /** Names it in errors. */
  readonly file: string;
  readonly password: string;
  /** Key of the password, for errors. Default: `ssl.truststore.password`. */
  readonly passwordKey?: string;
}

/** One element of DER. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

const OID = {
  data: '2a864886f70d010701',
  encryptedData: '2a864886f70d010706',
  pbes2: '2a864886f70d01050d',
  pbkdf2: '2a864886f70d01050c',
  certBag: '2a864886f70d010c0a0103',
} as const;
const digests: Readonly<Record<string, string>> = {
  '2a864886f70d0207': 'sha1',
  '2a864886f70d0209': 'sha256',
  '2a864886f70d020a': 'sha384',
  '2a864886f70d020b': 'sha512',
};
const ciphers: Readonly<Record<string, { readonly name: string; readonly keyLength: number }>> = {
  '608648016503040102': { name: 'aes-128-cbc', keyLength: 16 },
  '608648016503040116': { name: 'aes-192-cbc', keyLength: 24 },
  '60864801650304012a': { name: 'aes-256-cbc', keyLength: 32 },
};
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * The certificates of a PKCS#12 file (RFC 7292) in PEM, for a trust store: Node's own reader insists on a private key. Certificates are
 * either in the clear or encrypted by PBES2 (RFC 8018), as keytool since Java 16 and OpenSSL 3 do.
 * @throws ConfigException for another file, another encryption, or a wrong password.
 */
export function certificatesOf(bytes: Buffer, store: TrustStoreFile): string[] {
  try {
    const [, authSafe] = children(root(bytes));
    const contents = children(root(octets(contentOf(authSafe))));
    return contents.flatMap((info) => certificatesIn(safeContents(info, store)));
  } catch (error) {
    if (error instanceof ConfigException) throw error;
    throw new ConfigException(`${store.file} is no trust store in PEM or PKCS#12: ${(error as Error).message}`, { cause: error });
  }
}

function certificatesIn(safe: Element): string[] {
  return children(safe).flatMap((bag) => {
    const [id, value] = children(bag);
    if (hex(id) !== OID.certBag) return [];
    const [, certificate] = children(inner(value));
    return [new X509Certificate(octets(inner(certificate))).toString()];
  });
}

/** The bags of one part of the file, decrypted if need be. */
function safeContents(info: Element, store: TrustStoreFile): Element {
  const [type] = children(info);
  if (hex(type) === OID.data) return root(octets(contentOf(info)));
  if (hex(type) !== OID.encryptedData) throw unsupported(store, 'the encryption by a public key');
  const [, encryptedInfo] = children(contentOf(info));
  const [, algorithm, encryptedBytes] = children(present(encryptedInfo));
  return root(decrypted(present(algorithm), present(encryptedBytes).content, store));
}

function decrypted(algorithm: Element, bytes: Buffer, store: TrustStoreFile): Buffer {
  const [scheme, parameters] = children(algorithm);
  if (hex(scheme) !== OID.pbes2) throw unsupported(store, 'an encryption of old');
  const [derivation, encryption] = children(present(parameters));
  const [derivationName, derivationParameters] = children(present(derivation));
  const [cipherName, iv] = children(present(encryption));
  const cipher = ciphers[hex(cipherName)];
  if (hex(derivationName) !== OID.pbkdf2 || cipher === undefined) throw unsupported(store, 'an unusual encryption');
  const [salt, iterations, ...optional] = children(present(derivationParameters));
  const pseudoRandom = optional.find(({ tag }) => tag === SEQUENCE);
  const digest = pseudoRandom === undefined ? 'sha1' : digests[hex(children(pseudoRandom)[0])];
  if (digest === undefined || iterations?.tag !== INTEGER) throw unsupported(store, 'an unusual key derivation');
  const rounds = iterations.content.readUIntBE(0, Math.min(iterations.content.length, 6));
  const key = pbkdf2Sync(store.password, octets(salt), rounds, cipher.keyLength, digest);
  try {
    const decipher = createDecipheriv(cipher.name, key, octets(iv));
    const plain = Buffer.concat([decipher.update(bytes), decipher.final()]);
    // One wrong password in 256 leaves bytes that end like a padding.
    if (root(plain).tag !== SEQUENCE) throw new Error('what it decrypts to is no sequence');
    return plain;
  } catch (error) {
    const key = store.passwordKey ?? 'ssl.truststore.password';
    throw new ConfigException(`The password of trust store ${store.file} is wrong or missing: check ${key}`, {
      cause: error,
      configKey: key,
    });
  }
}

function unsupported({ file }: TrustStoreFile, what: string): ConfigException {
  return new ConfigException(
    `Trust store ${file} uses ${what}; convert it to PEM with: openssl pkcs12 -legacy -nokeys -in ${file} -out truststore.pem`,
  );
}

/** What a `SEQUENCE { OID, [0] content }` holds. */
function contentOf(info: Element | undefined): Element {
  return inner(children(present(info))[1]);
}

function inner(element: Element | undefined): Element {
  return root(present(element).content);
}

function octets(element: Element | undefined): Buffer {
  return present(element).content;
}

function hex(element: Element | undefined): string {
  return present(element).content.toString('hex');
}

function present(element: Element | undefined): Element {
  if (element === undefined) throw new Error('a part of it is missing');
  return element;
}

function root(bytes: Buffer): Element {
  return present(elements(bytes)[0]);
}

function children(element: Element): Element[] {
  return elements(element.content);
}

function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let position = 0; position < bytes.length; ) {
    const first = bytes.readUInt8(position + 1);
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 4 || first === 0x80) throw new Error('it is not DER');
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(position + 2, lengthBytes);
    const start = position + 2 + lengthBytes;
    if (start + length > bytes.length) throw new Error('it is cut off');
    found.push({ tag: bytes.readUInt8(position), content: bytes.subarray(start, start + length) });
    position = start + length;
  }
  return found;
}
