import { randomBytes, timingSafeEqual } from 'node:crypto';
import { signature } from '../../config/signature-algorithms.ts';
import type { SessionKey } from '../../storage/session-key.ts';
import { BadRequestException, ConnectRestException } from '../rest-exceptions.ts';
import { SIGNATURE_ALGORITHM_HEADER, SIGNATURE_HEADER, type SignatureHeaders } from './signature-headers.ts';

export interface RequestVerification {
  /** The body's bytes as they came; empty if there is none. */
  readonly body: Buffer;
  /** Null while this worker has not read one. */
  readonly sessionKey: SessionKey | null;
  /** `inter.worker.verification.algorithms` */
  readonly algorithms: readonly string[];
}

/** Bytes in a key of an algorithm that is not told how many to take: as many as its code has, as Java's generators do. */
const keyBytes: Readonly<Record<string, number>> = { HmacMD5: 64, HmacSHA1: 64 };

/**
 * Makes a key at random.
 * @param algorithm `inter.worker.key.generation.algorithm`
 * @param sizeBits `inter.worker.key.size`; null: what the algorithm takes
 * @param createdAt milliseconds since the epoch
 */
export function generateSessionKey(algorithm: string, sizeBits: number | null, createdAt: number): SessionKey {
  const ownSize = keyBytes[algorithm] ?? signature(algorithm, Buffer.from([0]), Buffer.alloc(0)).length;
  return { key: randomBytes(sizeBits === null ? ownSize : Math.ceil(sizeBits / 8)), algorithm, createdAt };
}

/** Headers that sign a request. @param algorithm `inter.worker.signature.algorithm` @param body empty if there is none */
export function signedHeaders({ key }: SessionKey, algorithm: string, body: Buffer): Record<string, string> {
  return { [SIGNATURE_HEADER]: signature(algorithm, key, body).toString('base64'), [SIGNATURE_ALGORITHM_HEADER]: algorithm };
}

/**
 * Checks the signature of a request from another worker.
 * @throws BadRequestException (400) if it is missing or malformed; ConnectRestException with 503 while there is no key here, 403 if it was
 *   made with another key or for another body
 */
export function verifyRequest(
  { signature: text, algorithm }: SignatureHeaders,
  { body, sessionKey, algorithms }: RequestVerification,
): void {
  if (text === undefined || algorithm === undefined) throw new BadRequestException('Internal request missing required signature');
  if (!algorithms.includes(algorithm)) throw new BadRequestException(unsupportedAlgorithm(algorithm, algorithms));
  const given = decodeBase64(text);
  if (sessionKey === null) {
    throw new ConnectRestException(
      503,
      'This worker is still starting up and has not been able to read a session key from the config topic yet',
    );
  }
  const expected = signature(algorithm, sessionKey.key, body);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new ConnectRestException(403, 'Internal request contained invalid signature.');
}

function unsupportedAlgorithm(algorithm: string, algorithms: readonly string[]): string {
  return (
    `This worker does not support the '${algorithm}' key signing algorithm used by other workers. This worker is currently configured to ` +
    `use: [${algorithms.join(', ')}]. Check that all workers' configuration files permit the same set of signature algorithms, and correct ` +
    'any misconfigured worker and restart it.'
  );
}

/** Strict, as Java's decoder is. */
function decodeBase64(text: string): Buffer {
  const illegal = /[^A-Za-z0-9+/=]/.exec(text)?.[0];
  if (illegal !== undefined) throw new BadRequestException(`Illegal base64 character ${illegal.codePointAt(0)?.toString(16)}`);
  return Buffer.from(text, 'base64');
}
