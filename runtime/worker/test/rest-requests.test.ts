import { describe, expect, it } from 'vitest';
import type { SourceConnector, SourceMap, SourceTask } from '@millrace/api';
import { sourcePlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';

const idle = (): SourceTask => ({
  start: () => undefined,
  poll: (signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
  stop: () => undefined,
});

const config = { 'connector.class': 'test.Source' };

function workerWith(overrides: Partial<SourceConnector> = {}): Promise<TestWorker> {
  return testWorker([sourcePlugin('test.Source', idle, overrides)]);
}

/** Sends a body as it is. */
async function send(worker: TestWorker, method: string, path: string, init: RequestInit): Promise<{ status: number; body: unknown }> {
  const response = await fetch(worker.url + path, { method, ...init });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
}

const json = { 'content-type': 'application/json' };

describe('names of connectors', () => {
  for (const name of ['a/b', 'a%b', 'a%2Fb', 'a\\b', '..', 'a b', 'a+b', 'ä;ö?"', '__proto__', 'constructor']) {
    it(`may be ${name}`, async () => {
      const worker = await workerWith();
      const path = `/connectors/${encodeURIComponent(name).replace(/^\.\.$/, '%2e%2e')}`;

      const created = await worker.request('POST', '/connectors', { name, config });

      expect(created.status).toBe(201);
      await worker.taskIn('RUNNING', name);
      expect((await worker.request('GET', '/connectors')).body).toEqual([name]);
      const expanded = await worker.request('GET', '/connectors?expand=status&expand=info');
      expect(Object.keys(expanded.body as object)).toEqual([name]);
      // `fetch` would resolve the dots itself; the replayed answers ask for this one.
      if (name === '..') return;
      expect((await worker.request('GET', path)).body).toMatchObject({ name, config: { name } });
      expect((await worker.request('PUT', `${path}/config`, { ...config, more: '1' })).status).toBe(200);
      expect((await worker.request('PATCH', `${path}/config`, { more: null })).body).toMatchObject({ config: { ...config, name } });
      expect((await worker.request('GET', `${path}/status`)).status).toBe(200);
      expect((await worker.request('DELETE', path)).status).toBe(204);
      expect((await worker.request('GET', '/connectors')).body).toEqual([]);
    });
  }
});

describe('bodies of requests', () => {
  it('may give numbers and booleans, whose text stays as it was written', async () => {
    const worker = await workerWith();
    const body = '{"name":"s","config":{"connector.class":"test.Source","tasks.max":1,"a":1.50,"b":true,"c":12345678901234567890,"d":1e3}}';

    const { status, body: answer } = await send(worker, 'POST', '/connectors', { headers: json, body });

    expect(status).toBe(201);
    expect(answer).toMatchObject({ config: { 'tasks.max': '1', a: '1.50', b: 'true', c: '12345678901234567890', d: '1e3' } });
  });

  it('may be empty where none is needed, whatever the content type says', async () => {
    const worker = await workerWith();
    await worker.create('s', config);

    for (const headers of [json, { 'content-type': 'text/plain' }]) {
      expect((await send(worker, 'PUT', '/connectors/s/pause', { headers })).status).toBe(202);
      expect((await send(worker, 'PUT', '/connectors/s/resume', { headers, body: '' })).status).toBe(202);
    }
  });

  it('have to be JSON', async () => {
    const worker = await workerWith();

    expect(await send(worker, 'POST', '/connectors', { headers: { 'content-type': 'text/xml' }, body: '<a/>' })).toEqual({
      status: 415,
      body: { error_code: 415, message: 'HTTP 415 Unsupported Media Type' },
    });
    expect(await send(worker, 'POST', '/connectors', { headers: json, body: '{"name":"s",}' })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('The request body is not valid JSON') as string },
    });
  });

  it('with keys of JavaScript objects are no trouble', async () => {
    const worker = await workerWith();
    const body = '{"name":"s","config":{"connector.class":"test.Source","__proto__":"x","constructor":"y"}}';

    const { status, body: answer } = await send(worker, 'POST', '/connectors', { headers: json, body });

    expect(status).toBe(201);
    expect(Object.entries((answer as { config: object }).config)).toContainEqual(['__proto__', 'x']);
  });
});

describe('the Accept header', () => {
  for (const [accept, status] of [
    ['application/json', 200],
    ['application/*;q=0.5, text/html', 200],
    ['*/*', 200],
    ['text/html', 406],
    ['application/json;q=0', 406],
  ] as const) {
    it(`${accept} gets ${status}`, async () => {
      const worker = await workerWith();

      expect((await send(worker, 'GET', '/connectors', { headers: { accept } })).status).toBe(status);
    });
  }
});

describe('offsets of a source', () => {
  it('keep integers beyond 2^53 in both directions', async () => {
    const seen: (SourceMap | null)[] = [];
    const alterOffsets: SourceConnector['alterOffsets'] = (_props, offsets) => {
      seen.push(...offsets.values());
      return true;
    };
    const worker = await workerWith({ alterOffsets });
    await worker.create('s', config);
    await worker.request('PUT', '/connectors/s/stop');
    const body = '{"offsets":[{"partition":{"p":"1"},"offset":{"o":9007199254740993}}]}';

    const altered = await send(worker, 'PATCH', '/connectors/s/offsets', { headers: json, body });
    const text = await (await fetch(`${worker.url}/connectors/s/offsets`)).text();

    expect(altered).toMatchObject({ status: 200, body: { message: 'The offsets for this connector have been altered successfully' } });
    expect(seen).toEqual([{ o: 9007199254740993n }]);
    expect(text).toBe(body);
  });

  it('that the connector does not take care of are changed with a hint', async () => {
    const worker = await workerWith();
    await worker.create('s', config);
    await worker.request('PUT', '/connectors/s/stop');

    const altered = await worker.request('PATCH', '/connectors/s/offsets', { offsets: [{ partition: { p: 1 }, offset: { o: 1 } }] });
    const reset = await worker.request('DELETE', '/connectors/s/offsets');

    for (const [{ status, body }, verb] of [
      [altered, 'altered'],
      [reset, 'reset'],
    ] as const) {
      expect(status).toBe(200);
      expect(body).toEqual({
        message: expect.stringMatching(
          new RegExp(`framework-managed offsets for this connector have been ${verb} successfully\\. However`),
        ) as string,
      });
    }
    expect((await worker.request('GET', '/connectors/s/offsets')).body).toEqual({ offsets: [] });
  });

  it('are read by the tasks when the connector is resumed', async () => {
    const positions: unknown[] = [];
    const task = (): SourceTask => ({
      ...idle(),
      initialize: ({ offsetStorageReader }) => void offsetStorageReader.offset({ p: 1 }).then((offset) => positions.push(offset)),
    });
    const worker = await testWorker([sourcePlugin('test.Source', task)]);
    await worker.request('POST', '/connectors', { name: 's', config, initial_state: 'STOPPED' });
    await worker.request('PATCH', '/connectors/s/offsets', { offsets: [{ partition: { p: 1 }, offset: { o: 7 } }] });

    await worker.request('PUT', '/connectors/s/resume');
    await worker.taskIn('RUNNING', 's');

    expect(positions).toEqual([{ o: 7 }]);
  });
});
