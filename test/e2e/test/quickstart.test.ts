import { createServer } from 'node:http';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { eventually, freePort, MillraceProcess } from './support/millrace-process.ts';

it('prints its URLs and three commands that work, and shows rates while records flow', async () => {
  const port = await freePort();
  const quickstart = new MillraceProcess(['quickstart', '--port', String(port), '--rate', '500']);
  await eventually(() => expect(quickstart.stdout).toContain('Ctrl-C stops everything'));

  const commands = quickstart.stdout.split('\n').filter((line) => line.startsWith('  curl '));
  expect(commands).toHaveLength(3);
  const [, url] = /curl (http:\S+\/status)/.exec(quickstart.stdout) as unknown as [string, string];
  await eventually(async () => {
    const status = (await (await fetch(url)).json()) as { tasks: { state: string }[] };
    expect(status.tasks.map(({ state }) => state)).toEqual(['RUNNING']);
  });
  await eventually(() => expect(quickstart.stdout).toMatch(/orders-0 [1-9][\d ]* records \([1-9][\d ]*\/s\) · orders-file-0 [1-9]/));
});

it('takes another port when 8083 is in use, and says so', async () => {
  const other = createServer((_, response) => void response.end()).listen(8083, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());

  const quickstart = new MillraceProcess(['quickstart']);

  await eventually(() => expect(quickstart.stdout).toContain('(port 8083 is taken)'));
  const [, url] = /REST\s+(http:\S+)/.exec(quickstart.stdout) as unknown as [string, string];
  expect(url).not.toContain(':8083');
  expect((await fetch(url)).status).toBe(200);
});

it('listens to this machine alone, since nobody has secured it', async () => {
  const port = await freePort();
  const quickstart = new MillraceProcess(['quickstart', '--port', String(port)]);
  await eventually(() => expect(quickstart.stdout).toContain('Ctrl-C stops everything'));
  const outward = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);

  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  // 127.0.0.2 is this machine as well: it would answer if every interface did.
  for (const address of [
    '127.0.0.2',
    ...outward.filter(({ internal, family }) => !internal && family === 'IPv4').map((one) => one.address),
  ]) {
    await expect(fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(5000) })).rejects.toThrow(/fetch failed|timeout/);
  }
});
