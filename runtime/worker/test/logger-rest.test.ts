import { describe, expect, it } from 'vitest';
import type { SourceTask } from '@millrace/api';
import { eventually } from './support/eventually.ts';
import { sourcePlugin } from './support/test-plugins.ts';
import { testWorker } from './support/test-worker.ts';

const workerTask = 'org.apache.kafka.connect.runtime.WorkerTask';
const put = '/admin/loggers/com.example.fresh';

describe('loggers by REST', () => {
  it('are listed, shown and set as by Kafka Connect 4.3.1', async () => {
    const worker = await testWorker([]);

    expect((await worker.request('GET', '/admin/loggers')).body).toMatchObject({
      root: { level: 'INFO', last_modified: null },
      [workerTask]: { level: 'INFO', last_modified: null },
    });
    expect(await worker.request('PUT', `/admin/loggers/${workerTask}`, { level: 'DEBUG' })).toMatchObject({
      status: 200,
      body: [workerTask],
    });
    expect((await worker.request('GET', `/admin/loggers/${workerTask}`)).body).toEqual({
      level: 'DEBUG',
      last_modified: expect.any(Number) as number,
    });
    expect(await worker.request('PUT', put, { level: 'trace', a: 'b' })).toMatchObject({ status: 200, body: ['com.example.fresh'] });
    expect(await worker.request('PUT', `${put}?scope=cluster`, { level: 'WARN' })).toMatchObject({ status: 204, body: null });
    expect((await worker.request('GET', put)).body).toMatchObject({ level: 'WARN' });
    expect(await worker.request('PUT', `${put}?scope=galaxy`, { level: 'ERROR' })).toMatchObject({
      status: 200,
      body: ['com.example.fresh'],
    });
    expect(worker.logLines.join('')).toContain('Unknown scope "galaxy" of a logger request is taken as worker');
  });

  it('refuse unknown loggers and levels with its codes and messages', async () => {
    const worker = await testWorker([]);
    const missing = { error_code: 400, message: "Desired 'level' parameter was not specified in request." };

    expect((await worker.request('GET', '/admin/loggers/com.example.none')).body).toEqual({
      error_code: 404,
      message: 'Logger com.example.none not found.',
    });
    expect((await worker.request('PUT', put, { level: 'LOUD' })).body).toEqual({ error_code: 404, message: "invalid log level 'LOUD'." });
    expect((await worker.request('PUT', put, {})).body).toEqual(missing);
    expect((await worker.request('PUT', put, { level: null })).body).toEqual(missing);
    expect((await worker.request('GET', put)).status).toBe(404);
  });

  it('change what a plug-in logs, by the package of its class', async () => {
    let polls = 0;
    let log: ((message: string) => void) | null = null;
    const task: SourceTask = {
      initialize: (context) => {
        log = (message) => context.log.debug(message);
      },
      start: () => undefined,
      poll: async () => {
        polls += 1;
        log?.(`poll ${polls}`);
        return null;
      },
      stop: () => undefined,
    };
    const worker = await testWorker([sourcePlugin('com.example.db.Source', () => task)]);
    await worker.create('s', { 'connector.class': 'com.example.db.Source', 'tasks.max': '1' });
    await worker.taskIn('RUNNING', 's');
    await eventually(() => expect(polls).toBeGreaterThan(3));
    expect(worker.logLines.join('')).not.toContain('poll ');

    const { body } = await worker.request('PUT', '/admin/loggers/com.example.db', { level: 'DEBUG' });

    expect(body).toEqual(['com.example.db', 'com.example.db.Source', 'com.example.db.SourceTask']);
    await eventually(() => expect(worker.logLines.join('')).toMatch(/DEBUG \[s\|task-0\] poll \d+ \(com\.example\.db\.SourceTask\)/));
  });
});
