import { ConfigException } from '@millrace/api';
import { integerProperty } from '../../client-properties.ts';
import { SaslAuthenticationException } from '../../errors.ts';
import type { ClientProperties } from '../../port.ts';
import type { BearerToken } from './bearer-token.ts';
import { invalid, type JaasLogin } from './jaas.ts';
import { TokenCache, type RefreshSettings } from './token-cache.ts';
import { tokenSource } from './token-source.ts';
import { asksForUnsecuredToken, unsecuredTokens } from './unsecured-token.ts';

/** How kafkajs lets somebody else authenticate. */
interface SaslExchange {
  readonly saslAuthenticate: (messages: {
    readonly request: { readonly encode: () => Buffer };
    readonly response: { readonly decode: (bytes: Buffer) => Buffer; readonly parse: (bytes: Buffer) => Buffer };
  }) => Promise<Buffer>;
}

/** How kafkajs takes an authentication of our own. */
type AuthenticationProvider = (exchange: SaslExchange) => { authenticate(): Promise<void> };

const handlerKey = 'sasl.login.callback.handler.class';
const oauth = 'org.apache.kafka.common.security.oauthbearer';
const unsecuredHandlers: readonly string[] = [`${oauth}.internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler`];
const tokenHandlers: readonly string[] = [`${oauth}.OAuthBearerLoginCallbackHandler`, `${oauth}.secured.OAuthBearerLoginCallbackHandler`];
const separator = '\u0001';

/**
 * Authentication by a bearer token (RFC 7628): from a token endpoint or a file, or made here without signature. In place of kafkajs' own, which
 * takes the answer of a broker that refuses a token for its consent.
 * @throws ConfigException for what is missing, wrong or not to be had here
 */
export function oauthLogin(properties: ClientProperties, login: JaasLogin): AuthenticationProvider {
  const extensions = extensionsOf(login);
  const tokens = new TokenCache(fetcher(properties, login), refreshSettings(properties));
  return ({ saslAuthenticate }) => ({
    authenticate: async () => {
      const { value } = await tokens.token();
      const refusal = await exchange(saslAuthenticate, `n,,${separator}auth=Bearer ${value}${extensions}${separator}${separator}`);
      if (refusal === '') return;
      // The broker ends an exchange that failed once we have said that we understood.
      await exchange(saslAuthenticate, separator).catch(() => undefined);
      throw new SaslAuthenticationException(`SASL OAUTHBEARER authentication failed: the broker answers ${refusal}`, {
        suggestion: 'Check issuer, audience, scope and expiry of the token against the settings of the broker',
      });
    },
  });
}

async function exchange(saslAuthenticate: SaslExchange['saslAuthenticate'], message: string): Promise<string> {
  const text = Buffer.from(message);
  const framed = Buffer.alloc(4 + text.length);
  framed.writeInt32BE(text.length);
  text.copy(framed, 4);
  const answer = await saslAuthenticate({
    request: { encode: () => framed },
    response: { decode: (bytes) => bytes, parse: (bytes) => bytes },
  });
  return answer.subarray(4).toString();
}

function fetcher(properties: ClientProperties, login: JaasLogin): () => Promise<BearerToken> {
  const handler = properties[handlerKey]?.trim() ?? '';
  if (handler !== '' && !unsecuredHandlers.includes(handler) && !tokenHandlers.includes(handler)) {
    throw ConfigException.invalidValue(
      handlerKey,
      handler,
      `It is a Java class, which cannot be loaded here. For tokens from an endpoint use ${tokenHandlers[0]} with sasl.oauthbearer.token.endpoint.url, and clientId and clientSecret in sasl.jaas.config`,
    );
  }
  if (asksForUnsecuredToken(login.options) && !tokenHandlers.includes(handler)) {
    const make = unsecuredTokens(login.options);
    return async () => make();
  }
  if (unsecuredHandlers.includes(handler)) throw invalid('option unsecuredLoginStringClaim_sub is missing');
  return tokenSource(properties, login);
}

function extensionsOf({ options }: JaasLogin): string {
  return Object.entries(options)
    .map(([option, value]) => [/^(?:extension_|unsecuredLoginExtension_)(.+)$/.exec(option)?.[1], value] as const)
    .filter(([name]) => name !== undefined)
    .map(([name = '', value]) => {
      if (!/^[A-Za-z]+$/.test(name) || name === 'auth') throw invalid(`extension ${name}: names have letters only, and auth is reserved`);
      if (!/^[\t\n\r -~]*$/.test(value)) throw invalid(`extension ${name}: its value has characters that are not allowed`);
      return `${separator}${name}=${value}`;
    })
    .join('');
}

function refreshSettings(properties: ClientProperties): RefreshSettings {
  return {
    windowFactor: fraction(properties, 'sasl.login.refresh.window.factor', { defaultValue: 0.8, min: 0.5, max: 1 }),
    windowJitter: fraction(properties, 'sasl.login.refresh.window.jitter', { defaultValue: 0.05, min: 0, max: 0.25 }),
    minPeriodMs: integerProperty(properties, { key: 'sasl.login.refresh.min.period.seconds', defaultValue: 60, min: 0 }) * 1000,
    bufferMs: integerProperty(properties, { key: 'sasl.login.refresh.buffer.seconds', defaultValue: 300, min: 0 }) * 1000,
  };
}

interface Fraction {
  readonly defaultValue: number;
  readonly min: number;
  readonly max: number;
}

function fraction(properties: ClientProperties, key: string, { defaultValue, min, max }: Fraction): number {
  const text = properties[key];
  if (text === undefined) return defaultValue;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= min && value <= max)) throw ConfigException.invalidValue(key, text, `Value must be between ${min} and ${max}`);
  return value;
}
