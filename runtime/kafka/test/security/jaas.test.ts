import { ConfigException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { parseJaas } from '../../src/kafkajs/security/jaas.ts';

const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule';

describe('sasl.jaas.config', () => {
  it('is a module, a flag, options and a semicolon, over lines and with comments', () => {
    const text = `${plain} Required // who we are\n  username="alice" /* not her real name */\n  password='al"ice';`;

    expect(parseJaas(text)).toEqual({ moduleClass: plain, options: { username: 'alice', password: 'al"ice' } });
  });

  it('takes words without quotes, and blanks around the sign', () => {
    expect(parseJaas(`${plain} required username = alice-1.b_c$ password=höhe;`).options).toEqual({
      username: 'alice-1.b_c$',
      password: 'höhe',
    });
  });

  it.each([
    [String.raw`a\"b`, 'a"b'],
    [String.raw`a\\b`, String.raw`a\b`],
    [String.raw`a\'b`, "a'b"],
    [String.raw`tab\tnew\nline`, 'tab\tnew\nline'],
    [String.raw`\101\60x\7778`, 'A0x\u003f78'],
    [String.raw`\400`, '\u00200'],
    ['semi;colon=//no comment #', 'semi;colon=//no comment #'],
    ['', ''],
    ['${file:/x:key}', '${file:/x:key}'],
  ])('reads %j in quotes as Java does', (written, meant) => {
    expect(parseJaas(`${plain} required password="${written}";`).options).toEqual({ password: meant });
  });

  it.each([
    ['', 'it does not contain any login modules'],
    [' // nothing', 'it does not contain any login modules'],
    [plain, 'it lacks a control flag'],
    [`${plain} perhaps username="a";`, 'its control flag must be one of required, requisite, sufficient, optional'],
    [`${plain} required username="a" password="s3cret"`, 'it does not end with a semicolon'],
    [`${plain} required username "s3cret";`, 'option username has no value'],
    [`${plain} required password=12345678;`, 'it lacks a value for option password; put values that are no plain word in double quotes'],
    [`${plain} required password=;`, 'it lacks a value for option password'],
    [`${plain} required password=s3cret!;`, 'it lacks the name of an option'],
    [`${plain} required password=s3cret/x;`, 'it does not end with a semicolon'],
    [`${plain} required; ${plain} required;`, 'it contains more than one login module'],
  ])('%j is refused, and no value shows', (text, reason) => {
    let thrown: unknown;
    try {
      parseJaas(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigException);
    expect((thrown as Error).message).toContain(`Invalid value [hidden] for configuration sasl.jaas.config: ${reason}`);
    expect((thrown as Error).message).not.toMatch(/s3cret|12345678/);
  });
});
