import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConfigException } from '@millrace/api';
import { wordProperty } from '../../client-properties.ts';
import { SaslAuthenticationException } from '../../errors.ts';
import type { ClientProperties } from '../../port.ts';
import { bearerToken, type BearerToken } from './bearer-token.ts';
import { invalid, type JaasLogin } from './jaas.ts';
import { endpointTokens } from './token-endpoint.ts';

const urlKey = 'sasl.oauthbearer.token.endpoint.url';
const idKey = 'sasl.oauthbearer.client.credentials.client.id';
const secretKey = 'sasl.oauthbearer.client.credentials.client.secret';
const retrieverKey = 'sasl.oauthbearer.jwt.retriever.class';
const oauth = 'org.apache.kafka.common.security.oauthbearer';
const retrievers: readonly string[] = ['DefaultJwtRetriever', 'ClientCredentialsJwtRetriever', 'FileJwtRetriever'].map(
  (name) => `${oauth}.${name}`,
);

/**
 * Tokens from where `sasl.oauthbearer.token.endpoint.url` says: a file (`file:///path`, read anew for each token) or an endpoint that gives them
 * for client id and secret.
 * @throws ConfigException for what is missing, wrong or not to be had here
 */
export function tokenSource(properties: ClientProperties, login: JaasLogin): () => Promise<BearerToken> {
  const retriever = properties[retrieverKey]?.trim() ?? '';
  if (retriever !== '' && !retrievers.includes(retriever)) {
    throw ConfigException.invalidValue(retrieverKey, retriever, `It must be one of ${retrievers.join(', ')}`);
  }
  const url = endpointUrl(properties);
  if (url.protocol === 'file:') return () => tokenOfFile(url);
  return endpointTokens({ url, properties, login, ...credentials(properties, login) });
}

function endpointUrl(properties: ClientProperties): URL {
  const text = properties[urlKey]?.trim() ?? '';
  if (text === '') {
    throw new ConfigException(`${urlKey} is missing, which says where the tokens for sasl.mechanism=OAUTHBEARER come from`, {
      configKey: urlKey,
      suggestion: `Set ${urlKey} to the address of a token endpoint or to file:///path/of/a/token`,
    });
  }
  // What is no URL is not shown: there may be a password in it.
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:', 'file:'].includes(url.protocol)) {
    throw new ConfigException(`${urlKey} must begin with https://, http:// or file:///`, { configKey: urlKey });
  }
  return url;
}

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | null;
  readonly isUrlEncoded: boolean;
}

/** Settings come before the options of the login, which Kafka calls deprecated. */
function credentials(properties: ClientProperties, { options }: JaasLogin): Credentials {
  const clientId = properties[idKey] ?? options['clientId'];
  const clientSecret = properties[secretKey] ?? options['clientSecret'];
  if (clientId === undefined) throw invalid(`option clientId is missing, and ${idKey} too`);
  if (clientSecret === undefined) throw invalid(`option clientSecret is missing, and ${secretKey} too`);
  const scope = properties['sasl.oauthbearer.scope'] ?? options['scope'] ?? null;
  const isUrlEncoded = wordProperty(properties, 'sasl.oauthbearer.header.urlencode', ['false', 'true']) === 'true';
  return { clientId, clientSecret, scope, isUrlEncoded };
}

async function tokenOfFile(url: URL): Promise<BearerToken> {
  let text: string;
  try {
    text = await readFile(fileURLToPath(url), 'utf8');
  } catch (error) {
    throw new SaslAuthenticationException(`Cannot read the token ${url.href} of ${urlKey}: ${(error as Error).message}`, { cause: error });
  }
  return bearerToken(text.trim(), url.href);
}
