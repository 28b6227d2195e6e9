import { describe, expect, it } from 'vitest';
import { generateSessionKey, signedHeaders, verifyRequest } from '../src/herder/protocol/request-signature.ts';

const sessionKey = { key: Buffer.from('0123456789abcdef0123456789abcdef'), algorithm: 'HmacSHA256', createdAt: 1 };
const algorithms = ['HmacSHA256'];
const body = Buffer.from('[{"task.class":"X"}]');

describe('a request between workers', () => {
  it('is signed as a JVM worker signs it', () => {
    expect(signedHeaders(sessionKey, 'HmacSHA256', body)).toEqual({
      'X-Connect-Authorization': 'kjcuIcJQf1xWPw5cr3ojl67y7oCjqMhP513I96T4JFw=',
      'X-Connect-Request-Signature-Algorithm': 'HmacSHA256',
    });
    expect(signedHeaders(sessionKey, 'HmacSHA256', Buffer.alloc(0))['X-Connect-Authorization']).toBe(
      'eWzTB4rxRjZ1PSaztVVUIv9Vo+Jhz4R7SOlTcbm9CqI=',
    );
  });

  it('is accepted with its own signature alone', () => {
    const signature = 'kjcuIcJQf1xWPw5cr3ojl67y7oCjqMhP513I96T4JFw=';
    const verification = { body, sessionKey, algorithms };

    expect(() => verifyRequest({ signature, algorithm: 'HmacSHA256' }, verification)).not.toThrow();
    expect(() => verifyRequest({ signature, algorithm: 'HmacSHA256' }, { ...verification, body: Buffer.from('[]') })).toThrow(
      expect.objectContaining({ status: 403, message: 'Internal request contained invalid signature.' }),
    );
    expect(() => verifyRequest({ signature: 'AAAA', algorithm: 'HmacSHA256' }, verification)).toThrow(
      expect.objectContaining({ status: 403 }),
    );
  });

  it.each([
    [{ signature: undefined, algorithm: 'HmacSHA256' }, 400, 'Internal request missing required signature'],
    [{ signature: 'AAAA', algorithm: undefined }, 400, 'Internal request missing required signature'],
    [{ signature: '*', algorithm: 'HmacSHA256' }, 400, 'Illegal base64 character 2a'],
    [
      { signature: 'AAAA', algorithm: 'HmacMD5' },
      400,
      "This worker does not support the 'HmacMD5' key signing algorithm used by other workers. This worker is currently configured to use: " +
        "[HmacSHA256]. Check that all workers' configuration files permit the same set of signature algorithms, and correct any misconfigured " +
        'worker and restart it.',
    ],
  ])('is refused with %j', (headers, status, message) => {
    expect(() => verifyRequest(headers, { body, sessionKey, algorithms })).toThrow(expect.objectContaining({ status, message }));
  });

  it('has to wait for a worker that has no key yet', () => {
    const check = (): void => verifyRequest({ signature: 'AAAA', algorithm: 'HmacSHA256' }, { body, sessionKey: null, algorithms });

    expect(check).toThrow(expect.objectContaining({ status: 503 }));
  });

  it('is signed with a key of the size that was asked for', () => {
    expect(generateSessionKey('HmacSHA256', null, 7)).toMatchObject({ algorithm: 'HmacSHA256', createdAt: 7, key: { length: 32 } });
    expect(generateSessionKey('HmacSHA256', 512, 7).key).toHaveLength(64);
    expect(generateSessionKey('HmacSHA1', null, 7).key).toHaveLength(64);
    expect(generateSessionKey('HmacSHA256', null, 7).key.equals(generateSessionKey('HmacSHA256', null, 7).key)).toBe(false);
  });
});
