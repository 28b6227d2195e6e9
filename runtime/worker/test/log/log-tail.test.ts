import { fastify } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { createWorkerLog } from '@millrace/worker';
import { LogTail } from '../../src/log/log-tail.ts';
import { installErrorHandlers } from '../../src/rest/error-handler.ts';
import { logRoutes } from '../../src/rest/log-routes.ts';

it('keeps the latest lines of each connector, oldest first', () => {
  const tail = new LogTail({ lines: 3 });
  for (let line = 1; line <= 20; line++) tail.add('a', `a${line}\n`);
  tail.add('b', 'b1\n');
  expect(tail.latest('a', 10)).toEqual(['a18\n', 'a19\n', 'a20\n']);
  expect(tail.latest('a', 2)).toEqual(['a19\n', 'a20\n']);
  expect(tail.latest('b', 10)).toEqual(['b1\n']);
  expect(tail.latest('a', 0)).toEqual([]);
  expect(tail.latest('c', 10)).toEqual([]);
});

it('keeps no more characters than it may, but always the last line', () => {
  const tail = new LogTail({ characters: 10 });
  for (let line = 0; line < 100; line++) tail.add('a', '1234');
  expect(tail.latest('a', 100)).toEqual(['1234', '1234']);
  tail.add('a', 'x'.repeat(50));
  expect(tail.latest('a', 100)).toEqual(['x'.repeat(50)]);
});

it('forgets the connector that was silent longest', () => {
  const tail = new LogTail({ connectors: 2 });
  for (const name of ['a', 'b', 'a', 'c']) tail.add(name, name);
  expect(tail.latest('b', 1)).toEqual([]);
  expect(tail.latest('a', 5)).toEqual(['a', 'a']);
});

it('has lines of connectors and their tasks in full, whatever the form of the log, without secrets', () => {
  const log = createWorkerLog({ format: 'text', write: () => undefined });
  log.info('of the worker');
  log.child({ connector: 'a' }).info('started', { password: 'sesame' });
  log.child({ connector: 'a', task: 1 }).debug('too fine');
  log.child({ connector: 'a', task: 1 }).error('failed', { error: new Error('why') });
  const lines = log.tail.latest('a', 10).map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    { level: 'INFO', connector: 'a', message: 'started' },
    { level: 'ERROR', connector: 'a', task: 1, message: 'failed', error: { message: 'why' } },
  ]);
  expect(JSON.stringify(lines)).not.toContain('sesame');
});

async function serverOf(tail: LogTail): Promise<string> {
  const server = fastify({ forceCloseConnections: true });
  installErrorHandlers(server);
  logRoutes(server, tail);
  onTestFinished(() => server.close());
  return server.listen({ host: '127.0.0.1', port: 0 });
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function readerOf(url: string): Promise<Reader> {
  const { body } = await fetch(url);
  if (body === null) throw new Error(`${url} answers without a body`);
  return body.getReader();
}

/** Reads until the text has come. */
async function readUntil(reader: Reader, text: string): Promise<string> {
  let read = '';
  while (!read.includes(text)) {
    const { value, done } = await reader.read();
    if (done) return read;
    read += Buffer.from(value).toString();
  }
  return read;
}

it('serves lines, and follows until the reader goes', async () => {
  const tail = new LogTail();
  tail.add('a', '{"n":1}\n');
  tail.add('a', '{"n":2}\n');
  const url = await serverOf(tail);
  expect(await (await fetch(`${url}/admin/logs?connector=a&limit=1`)).text()).toBe('{"n":2}\n');

  const reader = await readerOf(`${url}/admin/logs?connector=a&follow=true`);
  expect(await readUntil(reader, '{"n":2}')).toContain('{"n":1}\n{"n":2}\n');
  tail.add('a', '{"n":3}\n');
  expect(await readUntil(reader, '{"n":3}')).toContain('{"n":3}\n');
  await reader.cancel();
});

it('answers 400 when no connector is named, or how many', async () => {
  const url = await serverOf(new LogTail());
  for (const query of ['', '?connector=a&limit=many']) {
    const answer = await fetch(`${url}/admin/logs${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error_code: 400 });
  }
});

it('lets a reader go that is slower than the lines come', async () => {
  const tail = new LogTail();
  const url = await serverOf(tail);
  const reader = await readerOf(`${url}/admin/logs?connector=a&follow=true&limit=0`);
  const line = `${'x'.repeat(65_535)}\n`;
  for (let count = 0; count < 1000; count++) tail.add('a', line);
  await expect(readUntil(reader, 'never')).rejects.toThrow('terminated');
});
