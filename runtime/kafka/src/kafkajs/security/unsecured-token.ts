import { bearerToken, type BearerToken } from './bearer-token.ts';
import { invalid } from './jaas.ts';

const prefix = 'unsecuredLogin';
const claimOption = /^unsecuredLogin(String|Number|List)Claim_(.+)$/;

/** Whether the options of a login ask for a token that nobody signed. */
export function asksForUnsecuredToken(options: Readonly<Record<string, string>>): boolean {
  return Object.keys(options).some((name) => name.startsWith(prefix));
}

/**
 * Makes tokens without signature (RFC 7515, appendix A.5) of `unsecuredLogin...` options, for tests and for brokers on one's own machine, as Kafka's
 * `OAuthBearerUnsecuredLoginCallbackHandler` does.
 * @throws ConfigException for an option that is none
 */
export function unsecuredTokens(options: Readonly<Record<string, string>>): () => BearerToken {
  const principalClaim = options[`${prefix}PrincipalClaimName`] ?? 'sub';
  const lifetimeSeconds = number(`${prefix}LifetimeSeconds`, options[`${prefix}LifetimeSeconds`] ?? '3600');
  const claims = claimsOf(options);
  if (claims[principalClaim] === undefined) throw invalid(`option ${prefix}StringClaim_${principalClaim} is missing`);
  return () => {
    const issuedAt = Date.now() / 1000;
    return bearerToken(`${encoded({ alg: 'none' })}.${encoded({ iat: issuedAt, exp: issuedAt + lifetimeSeconds, ...claims })}.`, prefix);
  };
}

function claimsOf(options: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const claims: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(options)) {
    const [, type, name] = claimOption.exec(option) ?? [];
    if (type === undefined || name === undefined) continue;
    claims[name] = type === 'String' ? value : type === 'Number' ? number(option, value) : list(value);
  }
  return claims;
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw invalid(`option ${option} must be a number`);
  return value;
}

/** The first character separates the items, as in `|one|two`. */
function list(text: string): string[] {
  const separator = text.charAt(0);
  return separator === '' ? [] : text.slice(1).split(separator);
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
