import { readFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testWorker } from './support/test-worker.ts';

const file = (name: string): string => fileURLToPath(new URL(`tls/${name}`, import.meta.url));
const text = (name: string): Promise<string> => readFile(file(name), 'utf8');

/** The status of `GET /`, or why there is none. */
async function get(url: string, options: RequestOptions = {}): Promise<number | string> {
  const ca = await text('ca.pem');
  return new Promise((resolve) => {
    const outgoing = request(url, { ca, agent: false, ...options }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    outgoing.end();
  });
}

const https = { listeners: 'https://127.0.0.1:0' };
const pem = { 'listeners.https.ssl.keystore.type': 'PEM', 'listeners.https.ssl.keystore.location': file('server.pem') };

describe('an https listener', () => {
  it('serves with a PEM key store', async () => {
    const worker = await testWorker([], { ...https, ...pem });

    expect(worker.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await get(worker.url)).toBe(200);
    expect(await get(worker.url, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' })).toMatch(/SSL|ECONNRESET|EPROTO/);
  });

  it('serves with plain ssl.* keys, with PEM inline in one line, with an encrypted key and with PKCS#12', async () => {
    const folded = (await text('server.pem')).replaceAll('\n', ' ');
    const [key = '', chain = ''] = folded.split(/(?=-----BEGIN CERTIFICATE)/);
    const stores: Record<string, string>[] = [
      { 'ssl.keystore.location': file('server.pem'), 'ssl.keystore.type': 'PEM' },
      { 'ssl.keystore.key': key, 'ssl.keystore.certificate.chain': chain, 'ssl.keystore.type': 'PEM' },
      { 'ssl.keystore.location': file('server-encrypted.pem'), 'ssl.key.password': 'changeit' },
      { 'ssl.keystore.location': file('server.p12'), 'ssl.keystore.password': 'changeit', 'ssl.keystore.type': 'PKCS12' },
    ];
    for (const store of stores) expect(await get((await testWorker([], { ...https, ...store })).url)).toBe(200);
  });

  it('uses keys with the prefix alone as soon as there is one', async () => {
    const mixed = { ...https, 'ssl.keystore.location': file('server.pem'), 'listeners.https.ssl.client.auth': 'none' };

    await expect(testWorker([], mixed)).rejects.toThrow('set listeners.https.ssl.keystore.location');
  });

  it.each(['ca.pem', 'truststore.p12'])('lets in only clients that %s vouches for when it requires a certificate', async (store) => {
    const worker = await testWorker([], {
      ...https,
      ...pem,
      'listeners.https.ssl.client.auth': 'required',
      'listeners.https.ssl.truststore.location': file(store),
      'listeners.https.ssl.truststore.password': 'changeit',
    });
    const [client, stranger] = [await text('client.pem'), await text('stranger.pem')];

    expect(await get(worker.url, { key: client, cert: client })).toBe(200);
    expect(await get(worker.url, { key: stranger, cert: stranger })).not.toBe(200);
    expect(await get(worker.url)).not.toBe(200);
  });

  it('lets in clients without a certificate, but none with a strange one, when it requests one', async () => {
    const worker = await testWorker([], {
      ...https,
      ...pem,
      'listeners.https.ssl.client.auth': 'requested',
      'listeners.https.ssl.truststore.certificates': (await text('ca.pem')).replaceAll('\n', ' '),
    });
    const [client, stranger] = [await text('client.pem'), await text('stranger.pem')];

    expect(await get(worker.url)).toBe(200);
    expect(await get(worker.url, { key: client, cert: client })).toBe(200);
    expect(await get(worker.url, { key: stranger, cert: stranger })).not.toBe(200);
  });

  it('agrees on the protocols and cipher suites that are enabled, named as Java does', async () => {
    const worker = await testWorker([], {
      ...https,
      ...pem,
      'listeners.https.ssl.enabled.protocols': 'TLSv1.2',
      'listeners.https.ssl.cipher.suites': 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    });

    expect(await get(worker.url, { minVersion: 'TLSv1.3' })).not.toBe(200);
    expect(await get(worker.url, { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' })).not.toBe(200);
    expect(await get(worker.url, { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).toBe(200);
  });

  it('starts without a listener that its settings cannot serve, and says why', async () => {
    const cases: [Record<string, string>, string | RegExp][] = [
      [{}, 'An https listener needs a key store'],
      [{ 'ssl.keystore.location': file('truststore.jks') }, /is a JKS keystore.*keytool -importkeystore -srckeystore .*truststore\.jks/],
      [{ 'ssl.keystore.location': file('server.p12'), 'ssl.keystore.password': 'wrong' }, 'the password is wrong or missing'],
      [{ 'ssl.keystore.location': file('server.p12') }, 'the password is wrong or missing'],
      [{ 'ssl.keystore.location': file('server-encrypted.pem') }, 'the password is wrong or missing'],
      [{ 'ssl.keystore.location': file('server-encrypted.pem'), 'ssl.key.password': 'wrong' }, 'the password is wrong or missing'],
      [{ 'ssl.keystore.location': file('server-legacy.p12'), 'ssl.keystore.password': 'changeit' }, 'encrypted with ciphers of old'],
      [{ 'ssl.keystore.location': file('make.sh') }, 'it is neither PEM nor PKCS#12'],
      [{ 'ssl.keystore.location': file('ca.pem') }, 'lacks a private key'],
      [{ 'ssl.keystore.location': file('no-such.pem') }, 'there is no such file'],
      [{ ...pem, 'listeners.https.ssl.truststore.location': file('truststore.jks') }, /is a JKS truststore/],
      [{ ...pem, 'listeners.https.ssl.enabled.protocols': 'SSLv3' }, 'Invalid value SSLv3'],
      [{ ...pem, 'listeners.https.ssl.cipher.suites': 'TLS_NO_SUCH' }, 'this Node has no such cipher suite'],
      [{ ...pem, 'listeners.https.ssl.client.auth': 'perhaps' }, 'expected required, requested or none'],
    ];
    for (const [settings, message] of cases) await expect(testWorker([], { ...https, ...settings })).rejects.toThrow(message);
  });
});
