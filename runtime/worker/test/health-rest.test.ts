import { describe, expect, it } from 'vitest';
import { fastify } from 'fastify';
import type { Health, Herder } from '../src/herder/herder.ts';
import { rootRoutes } from '../src/rest/root-routes.ts';
import { testWorker } from './support/test-worker.ts';

async function healthWith(checkHealth: () => Promise<Health>): Promise<{ status: number; body: unknown }> {
  const server = fastify();
  rootRoutes(server, { checkHealth } as Herder, { version: '4.3.1', commit: 'test' });
  const { statusCode, body } = await server.inject('/health');
  await server.close();
  return { status: statusCode, body: JSON.parse(body) as unknown };
}

describe('GET /health', () => {
  it('tells that the worker is healthy', async () => {
    const worker = await testWorker([]);

    expect(await worker.request('GET', '/health')).toMatchObject({ status: 200, body: { status: 'healthy' } });
  });

  it('tells that the worker is shutting down once it is', async () => {
    const worker = await testWorker([]);
    await worker.herder.stop();

    expect(await worker.request('GET', '/health')).toMatchObject({ status: 500, body: { status: 'unhealthy' } });
  });

  it('answers 503 while the herder starts', async () => {
    expect(await healthWith(async () => ({ status: 'starting', message: 'Worker is still starting up.' }))).toEqual({
      status: 503,
      body: { status: 'starting', message: 'Worker is still starting up.' },
    });
  });

  it('answers 500 with the reason when the herder cannot answer', async () => {
    const answer = await healthWith(() => Promise.reject(new Error('the offsets are gone')));

    expect(answer).toEqual({
      status: 500,
      body: {
        status: 'unhealthy',
        message: 'Worker was unable to handle this request and may be unable to handle other requests. the offsets are gone',
      },
    });
  });
});
