import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { awaitState } from '../src/client/await-state.ts';
import type { ConnectClient } from '../src/client/connect-client.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A worker on which a task comes to run after so many seconds. */
function startingFor(seconds: number): ConnectClient {
  const began = performance.now();
  const client = {
    connectors: async () => ['c'],
    findStatus: async () => {
      const state = performance.now() - began < seconds * 1000 ? 'UNASSIGNED' : 'RUNNING';
      return { name: 'c', type: 'sink', connector: { state: 'RUNNING', worker_id: 'w' }, tasks: [{ id: 0, state, worker_id: 'w' }] };
    },
  };
  return client as unknown as ConnectClient;
}

async function linesOf(seconds: number): Promise<string[]> {
  const lines: string[] = [];
  const waiting = awaitState(startingFor(seconds), 'c', 'RUNNING', { timeoutMs: 60_000, onProgress: (line) => void lines.push(line) });
  await vi.advanceTimersByTimeAsync(seconds * 1000 + 1000);
  await waiting;
  return lines;
}

it('says nothing of a short wait', async () => {
  expect(await linesOf(1)).toEqual([]);
});

it('says how it stands when a wait takes longer, and again now and then', async () => {
  expect(await linesOf(12)).toEqual([
    'waiting for c to be RUNNING: RUNNING, task 0 UNASSIGNED (2 s)',
    'waiting for c to be RUNNING: RUNNING, task 0 UNASSIGNED (7 s)',
  ]);
});
