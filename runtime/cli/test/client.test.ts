import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { envelopeOf, millrace, temporaryFolder } from './support/run-millrace.ts';
import { startWorker } from './support/start-worker.ts';

const certificate = fileURLToPath(new URL('support/localhost-cert.pem', import.meta.url));
/** Made for these tests; it opens nothing. */
const key = readFileSync(new URL('support/localhost-key.pem', import.meta.url));

async function portOf(server: Server): Promise<number> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function workerThat(answers: RequestListener): Promise<string> {
  return `http://localhost:${await portOf(createServer(answers))}`;
}

const empty: RequestListener = (_request, response) => void response.end('{}');
const get = ['get', 'connectors', '--url'];

it('ends with 3 and the way out when nothing listens', async () => {
  const server = createServer();
  const port = await portOf(server);
  server.close();
  const { code, err } = await millrace([...get, `http://localhost:${port}`]);
  expect(code).toBe(3);
  expect(err).toBe(
    `millrace: Cannot reach a worker at http://localhost:${port}: nothing listens there. Start one with millrace quickstart, or name another with --url or a context\n`,
  );
});

it('ends with 3 when the answer does not come in time', async () => {
  const url = await workerThat(() => undefined);
  const { code, err } = await millrace([...get, url, '--timeout', '50ms']);
  expect(code).toBe(3);
  expect(err).toContain(`The worker at ${url} did not answer within 0.05 s`);
});

it('ends with 3 when something else than a worker answers', async () => {
  const { code, err } = await millrace([...get, await workerThat((_request, response) => void response.end('<html>'))]);
  expect(code).toBe(3);
  expect(err).toContain('answers, but not as a Connect worker does: "<html>"');
});

it('sends the credentials of the options, with the password from the environment or a file', async () => {
  const seen: (string | undefined)[] = [];
  const url = await workerThat((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  });
  const file = join(await temporaryFolder(), 'password');
  await writeFile(file, 'sesame\n');
  const env = { SECRET: 'sesame' };
  for (const reference of ['env:SECRET', `file:${file}`]) {
    expect((await millrace([...get, url, '--user', 'ops', '--password-from', reference], { env })).code).toBe(0);
  }
  expect(seen).toEqual(Array(2).fill(`Basic ${Buffer.from('ops:sesame').toString('base64')}`));
});

it('never repeats a password that was given in place of a reference', async () => {
  const { code, err } = await millrace([...get, 'http://localhost:1', '--user', 'ops', '--password-from', 'sesame']);
  expect(code).toBe(2);
  expect(err).toContain('Write env:NAME or file:PATH');
  expect(err).not.toContain('sesame');
});

it('ends with 3 when the worker does not know the user', async () => {
  const url = await workerThat((_request, response) => void response.writeHead(401).end());
  const { code, err } = await millrace([...get, url]);
  expect(code).toBe(3);
  expect(err).toContain('does not accept these credentials');
});

it('trusts certificates of --cacert, and says that without', async () => {
  const server = createSecureServer({ key, cert: readFileSync(certificate) }, empty);
  const url = `https://localhost:${await portOf(server)}`;
  expect(await millrace([...get, url])).toMatchObject({ code: 3, err: expect.stringContaining('Trust it with --cacert FILE') as string });
  expect((await millrace([...get, url, '--cacert', certificate])).code).toBe(0);
});

it('reaches a worker behind TLS and basic authentication by a context', async () => {
  const folder = await temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const module = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule';
  await writeFile(at('jaas.conf'), `KafkaConnect {\n  ${module} required\n  file="${at('users.properties')}";\n};\n`);
  await writeFile(at('users.properties'), 'ops=sesame\n');
  await writeFile(at('server.pem'), `${key.toString()}${readFileSync(certificate, 'utf8')}`);
  const worker = await startWorker({
    listeners: 'https://localhost:0',
    'listeners.https.ssl.keystore.type': 'PEM',
    'listeners.https.ssl.keystore.location': at('server.pem'),
    'rest.extension.classes': 'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension',
    'java.security.auth.login.config': at('jaas.conf'),
  });
  onTestFinished(() => worker.stop());
  const env = { XDG_CONFIG_HOME: folder, PASSWORD: 'sesame' };
  const context = ['config', 'set-context', 'x', '--url', worker.url, '--cacert', certificate];
  await millrace(context, { env });
  expect(await millrace(['info'], { env })).toMatchObject({
    code: 3,
    err: expect.stringContaining('does not accept these credentials') as string,
  });
  await millrace([...context, '--user', 'ops', '--password-from', 'env:PASSWORD'], { env });
  expect(await millrace(['info'], { env })).toMatchObject({ code: 0, err: '' });
  expect((await millrace(['info'], { env: { ...env, PASSWORD: 'wrong' } })).code).toBe(3);
});

it('says that https meets http', async () => {
  const url = (await workerThat(empty)).replace('http:', 'https:');
  const { code, err } = await millrace([...get, url]);
  expect(code).toBe(3);
  expect(err).toContain('use http:// in --url');
});

it('tries again while the workers rebalance, and only then', async () => {
  let asked = 0;
  const url = await workerThat((_request, response) => {
    asked++;
    if (asked === 1) response.writeHead(409).end('{"error_code":409,"message":"Cannot complete request because of a rebalance"}');
    else if (asked === 2) response.end('{}');
    else response.writeHead(409).end('{"error_code":409,"message":"Connector x already exists"}');
  });
  expect((await millrace([...get, url])).code).toBe(0);
  expect(asked).toBe(2);
  expect(await millrace([...get, url])).toMatchObject({ code: 1, err: 'millrace: Connector x already exists\n' });
  expect(asked).toBe(3);
});

it('puts errors into the envelope as well', async () => {
  const url = await workerThat((_request, response) => void response.writeHead(500).end('{"error_code":500,"message":"Boom"}'));
  const ended = await millrace([...get, url, '-o', 'json']);
  expect(ended).toMatchObject({ code: 1, err: '' });
  expect(envelopeOf(ended)).toEqual({
    command: 'get connectors',
    ok: false,
    summary: {},
    result: null,
    error: { code: 'runtime', message: 'Boom', suggestion: null },
  });
});

it('keeps the digits of offsets from the worker to the backup and back', async () => {
  const offsets = '[{"partition":{"file":"a"},"offset":{"position":9007199254740993,"ratio":25.0}}]';
  let patched = '';
  const url = await workerThat((request, response) => {
    if (request.url?.endsWith('/status') === true) response.end('{"connector":{"state":"STOPPED"},"tasks":[]}');
    else if (request.method === 'GET') response.end(`{"offsets":${offsets}}`);
    else {
      request.on('data', (chunk: Buffer) => {
        patched += chunk.toString();
      });
      request.on('end', () => response.end('{"message":"done"}'));
    }
  });
  const backup = join(await temporaryFolder(), 'b.json');
  const reset = ['delete', 'offsets', 'x', '--backup', backup, '--url', url];
  expect(await millrace(reset)).toMatchObject({ code: 0, out: `x: done\n1 offset kept in ${backup}\n` });
  expect(await millrace(reset)).toMatchObject({ code: 2, err: expect.stringContaining('the file exists') as string });
  expect((await millrace(['patch', 'offsets', 'x', '-f', backup, '--url', url])).code).toBe(0);
  expect(patched).toBe(`{"offsets":${offsets}}`);
  const printed = await millrace(['get', 'offsets', 'x', '-o', 'json', '--url', url]);
  expect(printed.out).toContain('"position": 9007199254740993');
  patched = '';
  expect((await millrace(['patch', 'offsets', 'x', '-f', '-', '--url', url], { input: printed.out })).code).toBe(0);
  expect(patched).toBe(`{"offsets":${offsets}}`);
});
