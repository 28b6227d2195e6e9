import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cipherList } from '../../src/security/cipher-suites.ts';
import { certificatesOf } from '../../src/security/pkcs12-certificates.ts';
import { protocolOptions } from '../../src/security/tls-protocols.ts';
import { keyMaterial, trustedCertificates } from '../../src/security/tls-stores.ts';

const file = (name: string): string => fileURLToPath(new URL(`../../../worker/test/tls/${name}`, import.meta.url));
const text = (name: string): string => readFileSync(file(name), 'utf8');

describe('certificatesOf', () => {
  it('reads what keytool writes', () => {
    const [certificate] = certificatesOf(readFileSync(file('truststore.p12')), { file: 'truststore.p12', password: 'changeit' });

    expect(certificate?.trim()).toBe(text('ca.pem').trim());
  });

  it('tells a wrong password, an encryption of old and a file of another kind', () => {
    const read = (name: string, password: string) => (): string[] => certificatesOf(readFileSync(file(name)), { file: name, password });

    expect(read('truststore.p12', 'wrong')).toThrow(
      'The password of trust store truststore.p12 is wrong or missing: check ssl.truststore.password',
    );
    expect(read('truststore-legacy.p12', 'changeit')).toThrow(/uses an encryption of old; convert it to PEM with: openssl pkcs12/);
    expect(read('make.sh', 'changeit')).toThrow('make.sh is no trust store in PEM or PKCS#12');
  });
});

describe('cipherList', () => {
  it('translates the names of Java', () => {
    const names = [
      'TLS_AES_256_GCM_SHA384',
      'TLS_RSA_WITH_AES_128_CBC_SHA',
      'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
      'ECDHE-RSA-AES256-SHA384',
    ];

    expect(cipherList('ssl.cipher.suites', names)).toBe(
      'TLS_AES_256_GCM_SHA384:AES128-SHA:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-SHA384',
    );
  });
});

describe('a trust store', () => {
  const store = (values: Record<string, string>) => (): string[] | null => trustedCertificates({ prefix: '', values });

  it('is PEM in a file, PEM inline in one line, or PKCS#12', () => {
    const ca = text('ca.pem').trim();
    const inline = ca.replaceAll('\n', ' ');

    expect(store({})()).toBeNull();
    expect(store({ 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': file('ca.pem') })()).toEqual([ca]);
    expect(store({ 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': inline })()).toEqual([ca]);
    const pkcs12 = {
      'ssl.truststore.type': 'PKCS12',
      'ssl.truststore.location': file('truststore.p12'),
      'ssl.truststore.password': 'changeit',
    };
    expect(store(pkcs12)()?.map((pem) => pem.trim())).toEqual([ca]);
  });

  it('that cannot be used is named with its key, the reason and the way out', () => {
    const at = (name: string, more = {}): (() => unknown) => store({ 'ssl.truststore.location': file(name), ...more });

    expect(at('no-such.pem')).toThrow(/Cannot read .*no-such\.pem of ssl\.truststore\.location: there is no such file/);
    expect(at('truststore.jks')).toThrow(/is a JKS truststore.*keytool -importkeystore .*openssl pkcs12 -in .*truststore\.p12 -nokeys/);
    expect(at('truststore.p12', { 'ssl.truststore.password': 'wrong' })).toThrow(
      /truststore\.p12 is wrong or missing: check ssl\.truststore\.password/,
    );
    expect(at('ca.pem', { 'ssl.truststore.type': 'BCFKS' })).toThrow(
      /Invalid value BCFKS for configuration ssl\.truststore\.type: It must be PEM/,
    );
    expect(at('ca.pem', { 'ssl.truststore.certificates': 'x' })).toThrow(
      'Both ssl.truststore.location and ssl.truststore.certificates are set',
    );
    expect(store({ 'ssl.truststore.certificates': 'x' })).toThrow('is no trust store in PEM or PKCS#12');
  });
});

describe('a key store', () => {
  const store = (values: Record<string, string>) => () => keyMaterial({ prefix: '', values });

  it('is none, PEM or PKCS#12', () => {
    expect(store({})()).toBeNull();
    expect(store({ 'ssl.keystore.location': file('client.pem') })()).toHaveProperty('key');
    expect(store({ 'ssl.keystore.location': file('server.p12'), 'ssl.keystore.password': 'changeit' })()).toMatchObject({
      passphrase: 'changeit',
    });
  });

  it('without a key or a certificate is refused', () => {
    expect(store({ 'ssl.keystore.location': file('ca.pem') })).toThrow(/ssl\.keystore\.location \(.*ca\.pem\) lacks a private key/);
    expect(store({ 'ssl.keystore.key': text('server.pem').split('-----BEGIN CERT')[0] as string })).toThrow(
      'ssl.keystore.key lacks a certificate',
    );
  });
});

describe('TLS protocols', () => {
  const versions = (values: Record<string, string>): unknown => protocolOptions({ prefix: '', values });

  it('are those that Kafka enables, unless fewer are', () => {
    expect(versions({})).toEqual({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
    expect(versions({ 'ssl.protocol': 'TLSv1.2' })).toEqual({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    expect(versions({ 'ssl.protocol': 'TLS' })).toEqual({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
    expect(versions({ 'ssl.protocol': 'TLSv1.2', 'ssl.enabled.protocols': 'TLSv1.3' })).toEqual({
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
    });
    expect(() => versions({ 'ssl.protocol': 'SSLv3' })).toThrow('Invalid value SSLv3 for configuration ssl.protocol');
    expect(() => versions({ 'ssl.enabled.protocols': ' ' })).toThrow('ssl.enabled.protocols names no protocol');
  });
});
