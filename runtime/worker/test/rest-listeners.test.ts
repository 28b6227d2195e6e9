import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { STANDALONE_CONFIG } from '../src/config/worker-config.ts';
import { authority, parseListeners, reachableHost } from '../src/rest/listeners.ts';
import { corsRules } from '../src/rest/cors.ts';
import { parseHeaderRules } from '../src/rest/response-headers.ts';
import { testWorker } from './support/test-worker.ts';

const free = 'http://127.0.0.1:0';
/** Some containers have no IPv6. */
const loopbacks = ['127.0.0.1', '::1']
  .filter((address) => addresses().includes(address))
  .map((address) => authority(address, 0).slice(0, -2));

function addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((known) => (known ?? []).map(({ address }) => address));
}

describe('listeners', () => {
  it('serve the API on every address', async () => {
    const hosts = [...loopbacks, 'localhost'];
    const { urls, url } = await testWorker([], { listeners: hosts.map((host) => `http://${host}:0`).join(', ') });

    expect(urls.map((one) => new URL(one).hostname)).toEqual(hosts);
    expect(url).toBe(urls[0]);
    for (const one of urls) expect((await fetch(`${one}/connectors`)).status).toBe(200);
  });

  it('write IPv6 addresses with brackets', () => {
    expect(parseListeners('listeners', 'http://[::1]:80,https://[fe80::1%eth0]:0')).toEqual([
      { protocol: 'http', host: '::1', port: 80 },
      { protocol: 'https', host: 'fe80::1%eth0', port: 0 },
    ]);
    expect(authority('::1', 80)).toBe('[::1]:80');
  });

  it('mean every interface when no host is named, and then advertise an address of this machine', async () => {
    const { url, urls } = await testWorker([], { listeners: 'http://:0' });
    const port = new URL(urls[0] ?? '').port;

    for (const host of loopbacks) expect((await fetch(`http://${host}:${port}/`)).status).toBe(200);
    expect(url).toBe(`http://${reachableHost({ protocol: 'http', host: '', port: 0 })}:${port}`);
  });

  it('are http://:8083 unless configured, as in Kafka Connect', () => {
    expect(STANDALONE_CONFIG.parse({ 'key.converter': 'a', 'value.converter': 'b', 'offset.storage.file.filename': '' }).listeners).toEqual(
      ['http://:8083'],
    );
  });

  it('are advertised as rest.advertised.* says', async () => {
    const advertised = {
      'rest.advertised.host.name': 'connect.example.com',
      'rest.advertised.port': '443',
      'rest.advertised.listener': 'https',
    };

    expect((await testWorker([], { listeners: free, ...advertised })).url).toBe('https://connect.example.com:443');
    await expect(testWorker([], { listeners: free, 'rest.advertised.listener': 'ftp' })).rejects.toThrow('expected http or https');
  });

  it('are refused when they are none', () => {
    for (const text of ['localhost:8083', 'ftp://:1', 'http://:99999', 'http://a:1/path', 'http://::1:80']) {
      expect(() => parseListeners('listeners', text)).toThrow(`Invalid value ${text} for configuration listeners`);
    }
    expect(() => parseListeners('listeners', 'http://a:1,https://a:1')).toThrow('a:1 is named twice');
  });

  it('free the port of the first when the second is taken', async () => {
    const other = await testWorker([]);
    const taken = new URL(other.url).port;

    await expect(testWorker([], { listeners: `${free},http://127.0.0.1:${taken}` })).rejects.toThrow(
      `Cannot listen on listeners=http://127.0.0.1:${taken}: the port is in use`,
    );
  });

  it('close although a client keeps its connection open', async () => {
    const worker = await testWorker([]);
    expect((await fetch(worker.url)).status).toBe(200);
    const follower = request(`${worker.url}/admin/logs?connector=x&follow=true`).end();
    const ended = new Promise((resolve) => {
      follower.once('response', (response) => response.resume().once('close', resolve));
    });
    await new Promise((resolve) => follower.once('response', resolve));
    const begin = performance.now();

    await worker.stop();
    await ended;

    expect(performance.now() - begin).toBeLessThan(4000);
  });
});

describe('admin.listeners', () => {
  it('serve /admin alone, and nobody else does', async () => {
    const { urls } = await testWorker([], { listeners: free, 'admin.listeners': free });
    const [main = '', admin = ''] = urls;

    expect((await fetch(`${main}/admin/loggers`)).status).toBe(404);
    expect((await fetch(`${main}/connectors`)).status).toBe(200);
    expect((await fetch(`${admin}/admin/loggers`)).status).toBe(200);
    expect((await fetch(`${admin}/connectors`)).status).toBe(404);
  });

  it('disable /admin when they are empty', async () => {
    const { url, urls } = await testWorker([], { listeners: free, 'admin.listeners': '' });

    expect(urls).toHaveLength(1);
    expect((await fetch(`${url}/admin/loggers`)).status).toBe(404);
  });
});

describe('response.http.headers.config', () => {
  it('puts headers on every answer', async () => {
    const { url } = await testWorker([], {
      'response.http.headers.config':
        'set X-Frame-Options: DENY, "add Cache-Control: no-cache, no-store", add Cache-Control: private, setDate Expires: 31540000000',
    });

    for (const path of ['/', '/no/such']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toBe('no-cache, no-store, private');
      expect(Math.abs(Date.parse(headers.get('expires') ?? '') - Date.now() - 31_540_000_000)).toBeLessThan(10_000);
    }
  });

  it.each([
    ['X-Frame-Options: DENY', "'X-Frame-Options:' is no action"],
    ['delete X: y', "'delete' is no action"],
    ['set X', "Expected: '[header name]:[header value]'"],
    ['set', "Expected: '[action] [header name]:[header value]'"],
    ['set X Y: z', 'is no valid HTTP header'],
    ['setDate Expires: tomorrow', 'setDate takes milliseconds'],
  ])('refuses %s', (text, message) => {
    expect(() => parseHeaderRules(text)).toThrow(message);
  });

  it('keeps a worker from starting when it is wrong', async () => {
    await expect(testWorker([], { 'response.http.headers.config': 'unset X: y' })).rejects.toThrow('response.http.headers.config');
  });
});

describe('access.control.*', () => {
  const rules = { 'access.control.allow.origin': 'https://ui.example.com,http://*.test', 'access.control.allow.methods': 'GET,PUT' };
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' },
  });

  it('answers pages of allowed origins, and their preflight requests', async () => {
    const { url } = await testWorker([], rules);

    for (const origin of ['https://ui.example.com', 'http://a.test']) {
      expect((await fetch(url, { headers: { origin } })).headers.get('access-control-allow-origin')).toBe(origin);
      const answer = await fetch(`${url}/connectors/x/pause`, preflight(origin));
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-methods')).toBe('GET,PUT');
      expect(answer.headers.get('access-control-allow-headers')).toContain('Content-Type');
    }
  });

  it('tells others nothing', async () => {
    const { url } = await testWorker([], rules);

    for (const origin of ['https://ui.example.com.evil.org', 'https://a.test', 'null']) {
      expect((await fetch(url, { headers: { origin } })).headers.get('access-control-allow-origin')).toBeNull();
      expect((await fetch(`${url}/connectors`, preflight(origin))).headers.get('access-control-allow-methods')).toBeNull();
    }
  });

  it('are off unless an origin is named', async () => {
    const { url } = await testWorker([], { 'access.control.allow.methods': 'GET' });

    expect((await fetch(url, { headers: { origin: 'http://a.test' } })).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('are refused when no browser sends such an origin or method', () => {
    expect(() => corsRules('ui.example.com', '')).toThrow('expected * or an origin');
    expect(() => corsRules('http://a/path', '')).toThrow('expected * or an origin');
    expect(() => corsRules('*', 'GET,FETCH')).toThrow('FETCH is none of');
  });
});
