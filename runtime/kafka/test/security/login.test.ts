import { ConfigException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import type { BearerToken } from '../../src/kafkajs/security/bearer-token.ts';
import { clientSecurity } from '../../src/kafkajs/security/client-security.ts';
import { TokenCache } from '../../src/kafkajs/security/token-cache.ts';

const modules = 'org.apache.kafka.common.security';
const plain = `${modules}.plain.PlainLoginModule required username="token" password="s3cret";`;
const scram = `${modules}.scram.ScramLoginModule required username="bob" password="s3cret";`;
const oauth = `${modules}.oauthbearer.OAuthBearerLoginModule required`;

describe('security.protocol', () => {
  it('says whether there is TLS and SASL', () => {
    const sasl = { 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': plain };
    const kinds = (protocol: string): boolean[] => {
      const { ssl, sasl: login } = clientSecurity({ ...sasl, 'security.protocol': protocol });
      return [ssl !== null, login !== null];
    };

    expect(clientSecurity({})).toEqual({ ssl: null, sasl: null, trust: null });
    expect(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'sasl_ssl'].map(kinds)).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]);
    expect(() => clientSecurity({ 'security.protocol': 'TLS' })).toThrow('Invalid value TLS for configuration security.protocol');
  });

  it('leaves certificates verified when names are not checked', () => {
    const { ssl } = clientSecurity({ 'security.protocol': 'SSL', 'ssl.endpoint.identification.algorithm': '' });

    expect(ssl?.rejectUnauthorized).toBe(true);
    expect(ssl?.checkServerIdentity).toBeTypeOf('function');
  });

  it('gives the login that IBM Event Streams publishes', () => {
    const { sasl } = clientSecurity({ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': plain });

    expect(sasl).toEqual({ mechanism: 'PLAIN', username: 'token', password: 's3cret' });
  });
});

describe('a login', () => {
  const known = `${modules}.authenticator.SaslClientCallbackHandler`;
  const url = 'sasl.oauthbearer.token.endpoint.url';
  const handler = `${modules}.oauthbearer.OAuthBearerLoginCallbackHandler`;

  it.each([
    [{}, /Invalid value GSSAPI for configuration sasl\.mechanism: Kerberos needs/],
    [{ 'sasl.mechanism': 'AWS_MSK_IAM' }, /turn on SASL\/SCRAM for the cluster/],
    [{ 'sasl.mechanism': 'DIGEST-MD5' }, /Millrace has PLAIN, SCRAM-SHA-256/],
    [{ 'sasl.mechanism': 'PLAIN' }, /sasl\.jaas\.config is missing, which security\.protocol=SASL_SSL needs/],
    [{ 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': scram }, /PLAIN needs .*PlainLoginModule, not .*ScramLoginModule/],
    [
      { 'sasl.mechanism': 'SCRAM-SHA-256', 'sasl.jaas.config': scram.replace(';', ' tokenauth="true";') },
      /delegation tokens are not supported/,
    ],
    [{ 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': plain.replace('username', 'user') }, /option username is missing/],
    [
      { 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': plain, 'sasl.login.class': 'com.example.L' },
      /sasl\.login\.class: It is a Java class/,
    ],
    [
      { 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': plain, 'sasl.login.callback.handler.class': 'com.example.H' },
      /com\.example\.H for configuration sasl\.login\.callback\.handler\.class: It is a Java class/,
    ],
    [
      { 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': `${oauth};`, 'sasl.login.callback.handler.class': 'io.strimzi.kafka.oauth.X' },
      /For tokens from an endpoint use .*OAuthBearerLoginCallbackHandler with sasl\.oauthbearer\.token\.endpoint\.url/,
    ],
    [{ 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': `${oauth};` }, /token\.endpoint\.url is missing/],
    [{ 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': `${oauth};`, [url]: 'https://u:s3cret@' }, /must begin with https:/],
    [{ 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': `${oauth};`, [url]: 'https://a/' }, /option clientId is missing/],
    [
      { 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': `${oauth} extension_auth="s3cret" unsecuredLoginStringClaim_sub="x";` },
      /auth is reserved/,
    ],
    [{ 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': `${oauth} unsecuredLoginNumberClaim_n="s3cret";` }, /must be a number/],
    [
      {
        'sasl.mechanism': 'OAUTHBEARER',
        'sasl.jaas.config': `${oauth} unsecuredLoginStringClaim_sub="x";`,
        'sasl.login.refresh.window.factor': '2',
      },
      /Value must be between 0\.5 and 1/,
    ],
  ])('with %j is refused with what to do, and shows no secret', (properties, message) => {
    const login = (): unknown => clientSecurity({ 'security.protocol': 'SASL_SSL', ...properties });

    expect(login).toThrow(ConfigException);
    expect(login).toThrow(message);
    expect(login).not.toThrow('s3cret');
  });

  it('may name the classes of Kafka that do what is done anyway', () => {
    const properties = { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.client.callback.handler.class': known };

    expect(clientSecurity({ ...properties, 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': plain }).sasl).not.toBeNull();
    const token = {
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config': `${oauth} clientId="a" clientSecret="b";`,
      'sasl.login.callback.handler.class': handler,
      [url]: 'https://login.example.com/token',
    };
    expect(clientSecurity({ ...properties, ...token }).sasl?.mechanism).toBe('OAUTHBEARER');
  });
});

describe('the token of a client', () => {
  const refresh = { windowFactor: 0.8, windowJitter: 0, minPeriodMs: 0, bufferMs: 0 };
  const lasting = (ms: number, value = 'a'): BearerToken => ({ value, expiresAt: Date.now() + ms });

  it('is fetched once by connections that ask at the same time, and kept while it is fresh', async () => {
    let fetches = 0;
    const cache = new TokenCache(async () => lasting(60_000, String((fetches += 1))), refresh);

    expect(await Promise.all([cache.token(), cache.token()])).toMatchObject([{ value: '1' }, { value: '1' }]);
    expect(await cache.token()).toMatchObject({ value: '1' });
  });

  it('is fetched anew before it expires, and stays in use when that fails', async () => {
    const answers = [lasting(60_000, 'old'), new Error('down'), lasting(60_000, 'new')];
    const cache = new TokenCache(
      async () => {
        const answer = answers.shift();
        if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
        return answer;
      },
      { ...refresh, windowFactor: 0 },
    );

    expect(await cache.token()).toMatchObject({ value: 'old' });
    expect(await cache.token()).toMatchObject({ value: 'old' });
    expect(await cache.token()).toMatchObject({ value: 'new' });
  });

  it('that has expired is of no use when no other can be had', async () => {
    const answers = [lasting(-1000)];
    const cache = new TokenCache(async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('down');
      return answer;
    }, refresh);
    await cache.token();

    await expect(cache.token()).rejects.toThrow('down');
  });
});
