import { readFileSync } from 'node:fs';
import type { KafkaConfig } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { clientListeners, kafkaUsers } from '../../src/index.ts';
import { run } from '../../src/process/run.ts';
import { kafkaForFile } from '../../src/for-file.ts';
import { kafkaClient, once, receive, send } from '../support/kafka-client.ts';

const kafka = kafkaForFile({ listeners: clientListeners }, (cluster) => cluster.createTopic('there'));

const plainClient = () => kafkaClient({ brokers: [kafka().bootstrap()] });

describe('one broker', () => {
  it('takes lines from the console producer and gives them to the console consumer', async () => {
    await kafka().createTopic('console');

    await kafka().kafkaTool('kafka-console-producer', ['--topic', 'console'], 'one\ntwo\n');
    const read = await kafka().kafkaTool('kafka-console-consumer', ['--topic', 'console', '--from-beginning', '--max-messages', '2']);

    expect(read).toBe('one\ntwo\n');
  });

  it('has its records after kill -9 and a restart, at the same address', async () => {
    const before = kafka().bootstrap();
    await kafka().createTopic('survives');
    await send(plainClient(), 'survives', ['a', 'b']);
    const { pid } = kafka().broker(1);

    await kafka().broker(1).kill();
    const whileDead = kafka().broker(1).pid;
    const refused = kafkaClient({ brokers: [before], ...once })
      .admin()
      .connect();
    await expect(refused).rejects.toThrow(/ECONNREFUSED|Connection error/);
    await kafka().broker(1).restart();

    expect(pid).not.toBeNull();
    expect(whileDead).toBeNull();
    expect(kafka().bootstrap()).toBe(before);
    expect(await receive(plainClient(), 'survives', 2)).toEqual(['a', 'b']);
  });

  it('accepts connections while it is frozen and answers only when it is thawed', async () => {
    const admin = kafkaClient({ brokers: [kafka().bootstrap()], requestTimeout: 500, ...once }).admin();
    await admin.connect();

    kafka().freeze();
    await expect(admin.listTopics()).rejects.toThrow(/timed out/);
    kafka().thaw();

    expect(await admin.listTopics()).toContain('there');
    await admin.disconnect();
  });

  it('says what went wrong when a tool fails', async () => {
    const failing = kafka().kafkaTool('kafka-topics', ['--describe', '--topic', 'missing']);

    await expect(failing).rejects.toThrow(/kafka-topics --describe --topic missing failed:[\s\S]*missing/);
  });
});

const jwtPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An OAUTHBEARER token without a signature, which the broker is told to take. */
function unsecuredToken(): string {
  const now = Math.floor(Date.now() / 1000);
  return `${jwtPart({ alg: 'none' })}.${jwtPart({ sub: 'dave', iat: now, exp: now + 600 })}.`;
}

const logins: Readonly<Record<string, NonNullable<KafkaConfig['sasl']>>> = {
  PLAIN: { mechanism: 'plain', ...kafkaUsers.PLAIN },
  'SCRAM-SHA-256': { mechanism: 'scram-sha-256', ...kafkaUsers['SCRAM-SHA-256'] },
  'SCRAM-SHA-512': { mechanism: 'scram-sha-512', ...kafkaUsers['SCRAM-SHA-512'] },
  OAUTHBEARER: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: unsecuredToken() }) },
};

const authority = () => [readFileSync(kafka().certificates?.authority ?? '', 'utf8')];

async function topicsOf(config: KafkaConfig): Promise<string[]> {
  const admin = kafkaClient({ ...once, ...config }).admin();
  await admin.connect();
  try {
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

describe('the listeners of a broker', () => {
  it.each(Object.entries(logins))('let a client in by %s over plain TCP and over TLS', async (_, sasl) => {
    const plain = await topicsOf({ brokers: [kafka().bootstrap('SASL_PLAINTEXT')], sasl });
    const tls = await topicsOf({ brokers: [kafka().bootstrap('SASL_SSL')], sasl, ssl: { ca: authority() } });

    expect(plain).toContain('there');
    expect(tls).toEqual(plain);
  });

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('refuse a wrong password by %s', async (mechanism) => {
    const sasl = { ...logins[mechanism], password: 'wrong' } as NonNullable<KafkaConfig['sasl']>;

    await expect(topicsOf({ brokers: [kafka().bootstrap('SASL_PLAINTEXT')], sasl })).rejects.toThrow(/[Aa]uthentication failed/);
  });

  it('show a certificate that holds for the authority and for no other', async () => {
    const verify = (ca = '') =>
      run('openssl', ['s_client', '-connect', kafka().bootstrap('SSL'), '-CAfile', ca, '-verify_return_error'], { input: 'Q\n' });

    const good = await verify(kafka().certificates?.authority);
    const bad = await verify(kafka().certificates?.unknownAuthority);

    expect(good.output).toContain('Verify return code: 0 (ok)');
    expect(good.code).toBe(0);
    expect(bad.output).toMatch(/verify error|unable to get (?:local )?issuer/);
    expect(bad.code).toBe(1);
  });

  it('take a client certificate of the authority and refuse one of another', async () => {
    const brokers = [kafka().bootstrap('SSL')];
    const withPair = (pair: { key: string; certificate: string } | undefined) => ({
      ca: authority(),
      key: readFileSync(pair?.key ?? '', 'utf8'),
      cert: readFileSync(pair?.certificate ?? '', 'utf8'),
    });

    expect(await topicsOf({ brokers, ssl: withPair(kafka().certificates?.client) })).toContain('there');
    await expect(topicsOf({ brokers, ssl: withPair(kafka().certificates?.unknown) })).rejects.toThrow(
      /alert|certificate|ECONNRESET|Closed/,
    );
  });
});
