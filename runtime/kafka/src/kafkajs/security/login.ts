import { ConfigException } from '@millrace/api';
import type { ClientProperties } from '../../port.ts';
import type { KafkaJsSasl } from '../wire/kafkajs-connection.ts';
import { invalid, type JaasLogin, parseJaas } from './jaas.ts';
import { oauthLogin } from './oauth-login.ts';

const mechanismKey = 'sasl.mechanism';
const modules = 'org.apache.kafka.common.security';

const moduleOf: Readonly<Record<string, string>> = {
  PLAIN: `${modules}.plain.PlainLoginModule`,
  'SCRAM-SHA-256': `${modules}.scram.ScramLoginModule`,
  'SCRAM-SHA-512': `${modules}.scram.ScramLoginModule`,
  OAUTHBEARER: `${modules}.oauthbearer.OAuthBearerLoginModule`,
};

const supported = 'Millrace has PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER';
const refusals: Readonly<Record<string, string>> = {
  GSSAPI: `Kerberos needs Java's or the system's libraries. ${supported}: add a listener with one of them to the brokers, and set ${mechanismKey} (its default is GSSAPI)`,
  AWS_MSK_IAM: `it is a mechanism of Amazon MSK alone. ${supported}: turn on SASL/SCRAM for the cluster, and use SCRAM-SHA-512`,
};

/** Classes that do what we do anyway. */
const knownClasses: Readonly<Record<string, readonly string[]>> = {
  'sasl.client.callback.handler.class': [
    `${modules}.authenticator.SaslClientCallbackHandler`,
    `${modules}.oauthbearer.internals.OAuthBearerSaslClientCallbackHandler`,
  ],
  'sasl.login.class': [`${modules}.authenticator.DefaultLogin`, `${modules}.oauthbearer.internals.OAuthBearerRefreshingLogin`],
};

/**
 * Who we are to the brokers, by `sasl.mechanism` and `sasl.jaas.config`, in kafkajs' terms.
 * @throws ConfigException for what is missing, wrong or not to be had here
 */
export function saslLogin(properties: ClientProperties): KafkaJsSasl {
  const mechanism = properties[mechanismKey]?.trim() ?? 'GSSAPI';
  const module = moduleOf[mechanism];
  if (module === undefined) throw ConfigException.invalidValue(mechanismKey, mechanism, refusals[mechanism] ?? supported);
  checkClasses(properties);
  const text = properties['sasl.jaas.config'];
  if (text === undefined || text.trim() === '') throw withoutJaas(properties, module);
  const login = parseJaas(text);
  if (login.moduleClass !== module) throw invalid(`${mechanism} needs ${module}, not ${login.moduleClass}`);
  if (mechanism === 'OAUTHBEARER') return { mechanism, authenticationProvider: oauthLogin(properties, login) };
  checkLoginHandler(properties);
  return userLogin(mechanism, login);
}

function userLogin(mechanism: string, { options }: JaasLogin): KafkaJsSasl {
  if (options['tokenauth']?.toLowerCase() === 'true') {
    throw invalid('tokenauth: delegation tokens are not supported, use a SCRAM user with username and password');
  }
  return { mechanism, username: required(options, 'username'), password: required(options, 'password') };
}

function required(options: JaasLogin['options'], name: string): string {
  const value = options[name];
  if (value === undefined) throw invalid(`option ${name} is missing`);
  return value;
}

function withoutJaas(properties: ClientProperties, module: string): ConfigException {
  const key = 'sasl.jaas.config';
  return new ConfigException(`${key} is missing, which security.protocol=${properties['security.protocol']} needs`, {
    configKey: key,
    suggestion: `Set ${key}=${module} required ...; (a JAAS file of a JVM is not read)`,
  });
}

function checkClasses(properties: ClientProperties): void {
  for (const [key, known] of Object.entries(knownClasses)) {
    const name = properties[key]?.trim() ?? '';
    if (name !== '' && !known.includes(name)) throw javaClass(key, name);
  }
}

function checkLoginHandler(properties: ClientProperties): void {
  const key = 'sasl.login.callback.handler.class';
  const name = properties[key]?.trim() ?? '';
  if (name !== '' && name !== `${modules}.authenticator.AbstractLogin$DefaultLoginCallbackHandler`) throw javaClass(key, name);
}

function javaClass(key: string, name: string): ConfigException {
  return ConfigException.invalidValue(
    key,
    name,
    'It is a Java class, which cannot be loaded here. Remove the setting, and give user and password in sasl.jaas.config (a configuration provider keeps them elsewhere)',
  );
}
