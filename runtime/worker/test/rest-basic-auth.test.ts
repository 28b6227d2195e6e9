import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { basicAuthCheck } from '../src/rest/basic-auth.ts';
import { parseJaasEntry } from '../src/rest/jaas-config.ts';
import { testWorker } from './support/test-worker.ts';

const extension = 'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension';
const loginModule = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule';
const basic = (credentials: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });

let folder: string;
let jaas: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-auth-'));
  jaas = join(folder, 'jaas.conf');
  await writeFile(jaas, `KafkaConnect {\n  ${loginModule} required\n  file="${join(folder, 'users.properties')}";\n};\n`);
  await writeFile(join(folder, 'users.properties'), 'alice=wonder:land\nbjörn=håll\n');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const secured = () => testWorker([], { 'rest.extension.classes': extension, 'java.security.auth.login.config': jaas });

describe('BasicAuthSecurityRestExtension', () => {
  it('lets in who gives a user and its password', async () => {
    const { url } = await secured();

    for (const credentials of ['alice:wonder:land', 'björn:håll']) {
      expect((await fetch(`${url}/connectors`, { headers: basic(credentials) })).status).toBe(200);
    }
  });

  it('refuses everybody else, on every address', async () => {
    const { url } = await secured();
    const headers: Record<string, string>[] = [
      {},
      basic('alice:wrong'),
      basic('alice:'),
      basic('nobody:wonder:land'),
      basic(':'),
      basic('alice'),
      basic('__proto__:x'),
      { authorization: 'Bearer abc' },
      { authorization: 'Basic ***' },
    ];
    for (const one of headers) {
      const response = await fetch(`${url}/connectors`, { headers: one });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Basic realm="KafkaConnect"');
      expect(await response.json()).toEqual({ error_code: 401, message: 'User cannot access the resource.' });
    }
    for (const path of ['/', '/health', '/connector-plugins', '/admin/loggers', '/no/such', '/connectors/x/tasks', '/connectors/x/fence']) {
      expect((await fetch(url + path)).status).toBe(401);
    }
  });

  it('leaves requests between workers to their signatures', async () => {
    const { url } = await secured();

    expect((await fetch(`${url}/connectors/x/tasks?forward=true`, { method: 'POST' })).status).not.toBe(401);
    expect((await fetch(`${url}/connectors/x/fence`, { method: 'PUT' })).status).not.toBe(401);
    expect((await fetch(`${url}/connectors/x/y/tasks`, { method: 'POST' })).status).toBe(401);
    expect((await fetch(`${url}/connectors?/connectors/x/tasks`, { method: 'POST' })).status).toBe(401);
  });

  it('guards admin.listeners as well', async () => {
    const worker = await testWorker([], {
      'rest.extension.classes': extension,
      'java.security.auth.login.config': jaas,
      'admin.listeners': 'http://127.0.0.1:0',
    });
    const admin = worker.urls[1] ?? '';

    expect((await fetch(`${admin}/admin/loggers`)).status).toBe(401);
    expect((await fetch(`${admin}/admin/loggers`, { headers: basic('alice:wonder:land') })).status).toBe(200);
  });

  it('finds the JAAS file in KAFKA_OPTS as start scripts set it', async () => {
    for (const options of [
      `-Xmx1g -Djava.security.auth.login.config=${jaas}`,
      `-Djava.security.auth.login.config="${jaas}" -Dx=y`,
      `-Djava.security.auth.login.config==file:${jaas}`,
    ]) {
      const isUser = await basicAuthCheck({}, { KAFKA_OPTS: options });
      expect(isUser('alice', 'wonder:land')).toBe(true);
      expect(isUser('alice', 'wonder')).toBe(false);
    }
  });

  it('does not start when it would let in nobody or everybody', async () => {
    const check = (text: string): Promise<unknown> =>
      writeFile(jaas, text).then(() => basicAuthCheck({ 'java.security.auth.login.config': jaas }, {}));
    await writeFile(join(folder, 'empty.properties'), '# nobody\n');

    await expect(basicAuthCheck({}, {})).rejects.toThrow('java.security.auth.login.config');
    await expect(basicAuthCheck({ 'java.security.auth.login.config': join(folder, 'none') }, {})).rejects.toThrow('there is no such file');
    await expect(check(`Other { ${loginModule} required file="x"; };`)).rejects.toThrow('has no entry KafkaConnect');
    await expect(check(`KafkaConnect { ${loginModule} required; };`)).rejects.toThrow('needs file=');
    await expect(check(`KafkaConnect { ${loginModule} optional file="x"; };`)).rejects.toThrow('must be required, not optional');
    await expect(check('KafkaConnect { com.example.Ldap required; };')).rejects.toThrow('names com.example.Ldap');
    await expect(check(`KafkaConnect { ${loginModule} required file="${join(folder, 'empty.properties')}"; };`)).rejects.toThrow(
      'has no user',
    );
  });

  it('names the one extension there is when another is configured', async () => {
    await expect(testWorker([], { 'rest.extension.classes': 'com.example.Extension' })).rejects.toThrow(
      /Invalid value com\.example\.Extension for configuration rest\.extension\.classes.*BasicAuthSecurityRestExtension/,
    );
  });
});

describe('parseJaasEntry', () => {
  it('reads modules with options, comments and quotes', () => {
    const text = `/* users */ A { x.Y required a=b; };
      # of Connect
      KafkaConnect { // one
        x.First requisite file="/a \\"b\\"/c" debug=true;
        x.Second OPTIONAL;
      };`;

    expect(parseJaasEntry(text, 'KafkaConnect', 'jaas.conf')).toEqual([
      { className: 'x.First', flag: 'requisite', options: { file: '/a "b"/c', debug: 'true' } },
      { className: 'x.Second', flag: 'optional', options: {} },
    ]);
  });

  it.each([
    'KafkaConnect { x.Y required file="a };',
    'KafkaConnect { x.Y required',
    'KafkaConnect x',
    'KafkaConnect { x.Y required a b; };',
  ])('refuses %s', (text) => {
    expect(() => parseJaasEntry(text, 'KafkaConnect', 'jaas.conf')).toThrow('jaas.conf is no JAAS configuration');
  });

  it('names the line of a fault, but no value, which may be a password', () => {
    const parse = () => parseJaasEntry('KafkaConnect {\n  x.Y required\n  password "canary";\n};', 'KafkaConnect', 'jaas.conf');

    expect(parse).toThrow('line 3 should have =');
    expect(parse).not.toThrow('canary');
  });
});
