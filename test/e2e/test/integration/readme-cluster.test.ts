import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { expect, it, onTestFinished } from 'vitest';
import { freePort, temporaryFolder } from '../support/millrace-process.ts';
import { settled } from './support/fault-cluster.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const kafka = kafkaForFile();
const run = promisify(execFile);

it('the cluster of the README runs as printed, and goes on without the worker that is killed', { timeout: 180_000 }, async () => {
  const folder = await temporaryFolder();
  const markdown = await readFile(join(root, 'README.md'), 'utf8');
  const ports = { '8081': await freePort(), '8082': await freePort(), '8083': await freePort() };
  const local = (text: string): string =>
    Object.entries(ports)
      .reduce((changed, [documented, port]) => changed.replaceAll(documented, String(port)), text)
      .replaceAll('127.0.0.1:20000', kafka().bootstrap())
      .replaceAll('runtime/cli/', join(root, 'runtime/cli/'));
  const properties = /```properties file=cluster\.properties\n([\s\S]*?)```/.exec(markdown)?.[1] ?? '';
  const [start = '', kill = ''] = Array.from(markdown.matchAll(/```sh cluster\n([\s\S]*?)```/g), ([, block]) => local(block ?? ''));
  await writeFile(join(folder, 'cluster.properties'), local(properties));
  onTestFinished(async () => {
    await run('bash', ['-c', 'for file in worker-*.pid; do kill -9 $(cat $file) || true; done'], { cwd: folder });
  });

  await run('bash', ['-ec', start], { cwd: folder, timeout: 90_000 });
  const ask = (verb: string): Promise<string> =>
    run('bash', ['-ec', local(`node runtime/cli/bundle/main.js ${verb} --url http://127.0.0.1:8081`)], { cwd: folder }).then(
      ({ stdout }) => stdout,
    );
  const running = async (): Promise<string[]> => (await ask('get tasks copies')).split('\n').filter((line) => line.includes('RUNNING'));
  await settled(async () => {
    expect(await running()).toHaveLength(6);
    for (const port of Object.values(ports)) expect(await ask('get workers')).toContain(`127.0.0.1:${port}`);
  });
  await run('bash', ['-ec', kill], { cwd: folder });
  await settled(async () => {
    const tasks = await running();
    expect(tasks).toHaveLength(6);
    expect(tasks.filter((line) => line.includes(`:${ports['8083']}`))).toEqual([]);
  });
});
