import { createHmac } from 'node:crypto';
import { ConfigException, LambdaValidator, type Validator } from '@millrace/api';

/** Java's names of the algorithms with which workers sign requests to each other (KIP-507), and OpenSSL's names of their digests. */
const digests: Readonly<Record<string, string>> = {
  HmacMD5: 'md5',
  HmacSHA1: 'sha1',
  HmacSHA224: 'sha224',
  HmacSHA256: 'sha256',
  HmacSHA384: 'sha384',
  HmacSHA512: 'sha512',
  'HmacSHA512/224': 'sha512-224',
  'HmacSHA512/256': 'sha512-256',
  'HmacSHA3-224': 'sha3-224',
  'HmacSHA3-256': 'sha3-256',
  'HmacSHA3-384': 'sha3-384',
  'HmacSHA3-512': 'sha3-512',
};

/** The message authentication code of a body under a key. @throws ConfigException if the algorithm is not supported. */
export function signature(algorithm: string, key: Buffer, body: Buffer): Buffer {
  const digest = digests[algorithm];
  if (digest === undefined) throw unsupported('inter.worker.signature.algorithm', algorithm);
  return createHmac(digest, key).update(body).digest();
}

/** An algorithm that {@link signature} knows. */
export const signatureAlgorithm: Validator = LambdaValidator.with(
  (name, value) => {
    if (!Object.hasOwn(digests, value as string)) throw unsupported(name, value as string);
  },
  () => 'a supported algorithm',
);

/** At least one such algorithm, and no other. */
export const signatureAlgorithms: Validator = LambdaValidator.with(
  (name, value) => {
    const algorithms = value as readonly string[];
    if (algorithms.length === 0) {
      throw ConfigException.invalidValue(name, '[]', 'At least one signature verification algorithm must be provided');
    }
    for (const algorithm of algorithms) signatureAlgorithm.ensureValid(name, algorithm);
  },
  () => 'supported algorithms',
);

function unsupported(name: string, algorithm: string): ConfigException {
  const supported = Object.keys(digests).join(', ');
  return ConfigException.invalidValue(name, algorithm, `the algorithm is not supported here; the supported algorithms are: [${supported}]`);
}
