import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigException } from '@millrace/api';
import { type Certificates, kafkaUsers, startKafka } from '@millrace/test-services';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ContractKafka, recordOf } from '../../src/contract/contract-kafka.ts';
import { SaslAuthenticationException, SslAuthenticationException } from '../../src/errors.ts';
import { openTransport } from '../../src/open-transport.ts';
import type { ClientProperties } from '../../src/port.ts';

const modules = 'org.apache.kafka.common.security';
const apiKey = String.raw`k;e"y=\1`;
const login = (name: string, options: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(options).map(([option, value]) => `${option}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
  return `${modules}.${name} required ${pairs.join(' ')};`;
};
const scram = (name: 'SCRAM-SHA-256' | 'SCRAM-SHA-512', password: string = kafkaUsers[name].password): ClientProperties => ({
  'sasl.mechanism': name,
  'sasl.jaas.config': login('scram.ScramLoginModule', { username: kafkaUsers[name].username, password }),
});
const plain = (password: string = kafkaUsers.PLAIN.password): ClientProperties => ({
  'sasl.mechanism': 'PLAIN',
  'sasl.jaas.config': login('plain.PlainLoginModule', { username: kafkaUsers.PLAIN.username, password }),
});
const oauth = (options: Readonly<Record<string, string>>, more: ClientProperties = {}): ClientProperties => ({
  'sasl.mechanism': 'OAUTHBEARER',
  'sasl.jaas.config': login('oauthbearer.OAuthBearerLoginModule', options),
  ...more,
});
/** A token that nobody signed, as the broker takes them. */
const token = (seconds: number): string => {
  const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const now = Date.now() / 1000;
  return `${part({ alg: 'none' })}.${part({ sub: 'olga', iat: now - 60, exp: now + seconds })}.`;
};

let certificates: Certificates;
let folder: string;

const users = [[kafkaUsers.PLAIN.username, kafkaUsers.PLAIN.password] as const, ['token', apiKey] as const];
const jaas = login('plain.PlainLoginModule', Object.fromEntries(users.map(([name, password]) => [`user_${name}`, password])));
const kafka = kafkaForFile(
  {
    listeners: ['PLAINTEXT', 'SASL_PLAINTEXT', 'SSL', 'SASL_SSL'],
    properties: {
      'listener.name.sasl_ssl.plain.sasl.jaas.config': jaas,
      'listener.name.sasl_ssl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
      // Whoever does not authenticate again in time is cut off.
      'listener.name.sasl_plaintext.oauthbearer.connections.max.reauth.ms': '2500',
    },
  },
  async (cluster) => {
    certificates = cluster.certificates as Certificates;
    folder = await mkdtemp(join(tmpdir(), 'millrace-security-'));
    return () => rm(folder, { recursive: true });
  },
);

const saslPlaintext = (login_: ClientProperties): ClientProperties => ({
  'bootstrap.servers': kafka().bootstrap('SASL_PLAINTEXT'),
  'security.protocol': 'SASL_PLAINTEXT',
  ...login_,
});
const ssl = (more: ClientProperties = {}): ClientProperties => ({
  'bootstrap.servers': kafka().bootstrap('SSL'),
  'security.protocol': 'SSL',
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': certificates.authority,
  ...more,
});

async function clients(properties: ClientProperties): Promise<ContractKafka> {
  const opened = new ContractKafka(await openTransport({ 'default.api.timeout.ms': '15000', ...properties }), 15_000);
  onTestFinished(() => opened.close());
  return opened;
}

/** Makes a topic, writes a record and reads it. */
async function roundTrip(properties: ClientProperties): Promise<void> {
  const opened = await clients(properties);
  const topic = await opened.topic();
  await opened.write([recordOf(topic, { value: Buffer.from('hello') })]);
  expect((await opened.readAll(topic)).map(({ value }) => value?.toString())).toEqual(['hello']);
}

/** Why the cluster cannot be used with these properties. */
async function failure(properties: ClientProperties): Promise<Error & { readonly suggestion?: string }> {
  try {
    const transport = await openTransport({ 'default.api.timeout.ms': '15000', ...properties });
    onTestFinished(() => transport.close());
    await transport.admin({}).clusterId();
  } catch (error) {
    return error as Error;
  }
  throw new Error('the cluster could be used');
}

async function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

describe('SASL', () => {
  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const)(
    '%s lets in who gives the right login',
    async (mechanism) => {
      const logins = {
        PLAIN: plain(),
        'SCRAM-SHA-256': scram('SCRAM-SHA-256'),
        'SCRAM-SHA-512': scram('SCRAM-SHA-512'),
        OAUTHBEARER: oauth({ unsecuredLoginStringClaim_sub: 'olga', unsecuredLoginNumberClaim_n: '1', extension_trace: 'on' }),
      };
      await roundTrip(saslPlaintext(logins[mechanism]));
    },
  );

  it.each([
    ['a wrong password by PLAIN', () => plain('s3cret-wrong')],
    ['a wrong password by SCRAM-SHA-256', () => scram('SCRAM-SHA-256', 's3cret-wrong')],
    ['a wrong password by SCRAM-SHA-512', () => scram('SCRAM-SHA-512', 's3cret-wrong')],
    ['a token that is too old', () => oauth({ unsecuredLoginStringClaim_sub: 'olga', unsecuredLoginLifetimeSeconds: '-100' })],
  ])('refuses %s at once, with one error that shows no secret', async (_what, login_) => {
    const started = performance.now();
    const error = await failure(saslPlaintext(login_()));

    expect(error).toBeInstanceOf(SaslAuthenticationException);
    expect(error.message).toMatch(/refused the authentication|authentication failed/);
    expect(`${error.message} ${error.stack} ${error.suggestion}`).not.toMatch(/s3cret|eyJ/);
    expect(error.suggestion).toBeDefined();
    // What it tries again it tries for 60 s.
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it.each(['SASL_PLAINTEXT', 'SSL'] as const)('%s of a listener is pointed at when the client has no security', async (listener) => {
    const error = await failure({ 'bootstrap.servers': kafka().bootstrap(listener), 'default.api.timeout.ms': '2000' });

    expect(error.message).toContain('security.protocol is not that of the listener');
  });

  it('tells that a listener has no SASL, or not this mechanism', async () => {
    const without = await failure({ ...saslPlaintext(plain()), 'bootstrap.servers': kafka().bootstrap('PLAINTEXT') });
    expect(without).toBeInstanceOf(SaslAuthenticationException);
    expect(without.suggestion).toContain('security.protocol');
    const mechanism = await failure({
      ...ssl({ 'bootstrap.servers': kafka().bootstrap('SASL_SSL'), 'security.protocol': 'SASL_SSL' }),
      ...scram('SCRAM-SHA-256'),
    });
    expect(mechanism).toBeInstanceOf(SaslAuthenticationException);
    expect(mechanism.suggestion).toContain('sasl.enabled.mechanisms');
  });

  it('authenticates by a token again before its session ends', async () => {
    const opened = await clients(saslPlaintext(oauth({ unsecuredLoginStringClaim_sub: 'olga' })));
    const topic = await opened.topic();
    const until = performance.now() + 4000;
    let written = 0;
    while (performance.now() < until) {
      await opened.write([recordOf(topic, { value: Buffer.from(String(written)) })]);
      written += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    expect(await opened.readAll(topic)).toHaveLength(written);
    expect((await kafka().logs()).match(/expired session|ReauthenticationLatency.*failed/gi)).toBeNull();
  });
});

describe('tokens', () => {
  const handler = { 'sasl.login.callback.handler.class': `${modules}.oauthbearer.OAuthBearerLoginCallbackHandler` };
  const endpoint = (url: string, more: ClientProperties = {}): ClientProperties =>
    saslPlaintext(
      oauth(
        { clientId: 'millrace', clientSecret: 's3cret', scope: 'kafka write', 'ssl.truststore.location': certificates.authority },
        { ...handler, 'sasl.oauthbearer.token.endpoint.url': url, 'sasl.login.retry.backoff.max.ms': '2000', ...more },
      ),
    );

  it('come from an endpoint by TLS for client id, secret and scope, once while they are good, after a hiccup of the endpoint', async () => {
    const requests: string[] = [];
    const answer: RequestListener = (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.once('end', () => {
        requests.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
        response.writeHead(requests.length === 1 ? 503 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ access_token: token(3600), expires_in: 3600 }));
      });
    };
    const pair = { key: await readFile(certificates.server.key), cert: await readFile(certificates.server.certificate) };
    const port = await listening(createHttpsServer(pair, answer));

    await roundTrip(endpoint(`https://localhost:${port}/token`));

    const basic = Buffer.from('millrace:s3cret').toString('base64');
    // The admin client, the producer and the reader each have a login of their own.
    expect(new Set(requests)).toEqual(new Set([`POST /token Basic ${basic} grant_type=client_credentials&scope=kafka+write`]));
    expect(requests.length).toBeLessThanOrEqual(4);
  });

  it.each([
    [401, '{"error":"invalid_client","error_description":"no such client"}', /HTTP status 401: invalid_client, no such client$/],
    [200, '<html>s3cret</html>', /has no access_token/],
    [200, '{"access_token":"s3cret\\u0001auth=x"}', /gave no bearer token/],
    [503, 'busy', /No token from http:.*: HTTP status 503/],
  ])('are missed with the reason when the endpoint answers %i %s', async (status, body, message) => {
    const port = await listening(createHttpServer((_request, response) => response.writeHead(status).end(body)));
    const error = await failure(
      endpoint(`http://127.0.0.1:${port}/token?x=s3cret`, { 'default.api.timeout.ms': '1000', 'sasl.login.retry.backoff.max.ms': '300' }),
    );

    expect(error.message).toMatch(message);
    expect(`${error.message} ${error.suggestion}`).not.toContain('s3cret');
  });

  it('come from a file, which is read anew for each', async () => {
    const file = join(folder, 'token');
    const properties = saslPlaintext(oauth({}, { ...handler, 'sasl.oauthbearer.token.endpoint.url': pathToFileURL(file).href }));
    expect((await failure(properties)).message).toMatch(/Cannot read the token file:.*ENOENT/);
    await writeFile(file, token(-100));
    expect((await failure(properties)).message).toMatch(/refused|failed/);
    await writeFile(file, `${token(3600)}\n`);
    await roundTrip(properties);
  });
});

describe('TLS', () => {
  it('takes PEM in files and inline, with and without a certificate of its own', async () => {
    const inline = async (file: string): Promise<string> => (await readFile(file, 'utf8')).replaceAll('\n', ' ');
    const mutual = {
      'ssl.truststore.location': '',
      'ssl.truststore.certificates': await inline(certificates.authority),
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.key': await inline(certificates.client.key),
      'ssl.keystore.certificate.chain': await inline(certificates.client.certificate),
    };
    await roundTrip(ssl());
    await roundTrip(ssl(mutual));
    await roundTrip(ssl({ 'ssl.keystore.location': certificates.client.bundle, 'ssl.enabled.protocols': 'TLSv1.2' }));
    await roundTrip(ssl({ 'ssl.cipher.suites': 'TLS_AES_128_GCM_SHA256' }));
  });

  it('refuses a broker that no trusted CA vouches for', async () => {
    for (const trusted of [certificates.unknownAuthority, '']) {
      const error = await failure(ssl({ 'ssl.truststore.location': trusted }));

      expect(error).toBeInstanceOf(SslAuthenticationException);
      expect(error.message).toContain('no trusted CA vouches for the certificate of the broker');
      expect(error.message).toContain(trusted === '' ? 'what Node trusts' : `trusted is ${trusted} of ssl.truststore.location`);
      expect(error.suggestion).toContain('ssl.truststore.location');
    }
  });

  it('refuses a broker with another name, unless names are not to be checked', async () => {
    const [, port] = kafka().bootstrap('SSL').split(':');
    const forward = createServer((socket) => {
      const onward = connect(Number(port), '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    });
    const elsewhere = { 'bootstrap.servers': `127.0.0.2:${await listening(forward, '127.0.0.2')}` };
    const error = await failure(ssl(elsewhere));

    expect(error).toBeInstanceOf(SslAuthenticationException);
    expect(error.message).toMatch(/the certificate of the broker is for another name: .*127\.0\.0\.2/);
    expect(error.suggestion).toContain('ssl.endpoint.identification.algorithm');
    await roundTrip(ssl({ ...elsewhere, 'ssl.endpoint.identification.algorithm': '' }));
    const untrusted = {
      ...elsewhere,
      'ssl.endpoint.identification.algorithm': '',
      'ssl.truststore.location': certificates.unknownAuthority,
    };
    expect((await failure(ssl(untrusted))).message).toContain('no trusted CA');
  });

  it('tells that the broker refuses the certificate of the client', async () => {
    const error = await failure(ssl({ 'ssl.keystore.location': certificates.unknown.bundle }));

    expect(error).toBeInstanceOf(SslAuthenticationException);
    expect(error.message).toContain('the broker refuses our certificate');
    expect(error.suggestion).toContain('ssl.keystore.location');
  });

  it('tells that a port speaks no TLS', async () => {
    const error = await failure(ssl({ 'bootstrap.servers': kafka().bootstrap('PLAINTEXT'), 'default.api.timeout.ms': '2000' }));

    expect(error.message).toContain('security.protocol is not that of the listener');
  });

  it('refuses a broker whose certificate has expired', async () => {
    const expired = await startKafka({ listeners: ['SSL'], serverCertificate: 'expired' });
    onTestFinished(() => expired.stop());
    const error = await failure(ssl({ 'bootstrap.servers': expired.bootstrap('SSL') }));

    expect(error).toBeInstanceOf(SslAuthenticationException);
    expect(error.message).toContain('the certificate of the broker, or of its CA, has expired');
  });

  it('does not begin with a store that is not there', async () => {
    const error = await failure(ssl({ 'ssl.truststore.location': '/no/such/ca.pem' }));

    expect(error).toBeInstanceOf(ConfigException);
    expect(error.message).toBe('Cannot read /no/such/ca.pem of ssl.truststore.location: there is no such file');
  });
});

describe('SASL over TLS', () => {
  it('works with the settings that IBM Event Streams publishes', async () => {
    const published = {
      'bootstrap.servers': kafka().bootstrap('SASL_SSL'),
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': login('plain.PlainLoginModule', { username: 'token', password: apiKey }),
      'ssl.protocol': 'TLSv1.2',
      'ssl.enabled.protocols': 'TLSv1.2',
      'ssl.endpoint.identification.algorithm': 'HTTPS',
    };
    // Their certificates are of a public CA; those of a test are not.
    await roundTrip({ ...published, 'ssl.truststore.location': certificates.authority });
    expect((await failure(published)).message).toContain('no trusted CA');
  });

  it('works with SCRAM and a certificate of the client', async () => {
    await roundTrip({
      'bootstrap.servers': kafka().bootstrap('SASL_SSL'),
      'security.protocol': 'sasl_ssl',
      ...scram('SCRAM-SHA-512'),
      'ssl.truststore.location': certificates.authority,
      'ssl.keystore.location': certificates.client.bundle,
    });
  });
});
