import { SaslAuthenticationException } from '../../errors.ts';

/** A token that brokers take, and how long. */
export interface BearerToken {
  readonly value: string;
  /** Milliseconds since the epoch; null if the token does not say. */
  readonly expiresAt: number | null;
}

/** The shape of a signed token (RFC 7515) or an unsecured one; nothing else may go into the SASL message. */
const allowed = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * @param fallbackSeconds lifetime that its issuer told, for tokens that do not say it themselves
 * @param source where it comes from, for errors
 * @throws SaslAuthenticationException if it cannot be a token, which does not show
 */
export function bearerToken(value: string, source: string, fallbackSeconds: number | null = null): BearerToken {
  if (!allowed.test(value)) throw new SaslAuthenticationException(`${source} gave no bearer token`);
  const claims = claimsOf(value);
  const seconds = typeof claims?.['exp'] === 'number' ? claims['exp'] : null;
  const fallback = fallbackSeconds === null ? null : Date.now() + fallbackSeconds * 1000;
  return { value, expiresAt: seconds === null ? fallback : seconds * 1000 };
}

function claimsOf(value: string): Readonly<Record<string, unknown>> | null {
  const [, payload] = value.split('.');
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof claims === 'object' ? (claims as Record<string, unknown> | null) : null;
  } catch {
    // A token that only its issuer can read.
    return null;
  }
}
