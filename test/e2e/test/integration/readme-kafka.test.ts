import { exec } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { expect, it } from 'vitest';
import { stepsOf } from '../support/console-blocks.ts';
import { eventually, freePort, MillraceProcess, temporaryFolder } from '../support/millrace-process.ts';

const run = promisify(exec);
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const kafka = kafkaForFile();
/** Where `npm run services up kafka` puts its broker. Somebody may be using it, so the test has one of its own. */
const documentedAddress = '127.0.0.1:20000';

it('does what the README says of a real Kafka, with its files as they stand there', async () => {
  const markdown = await readFile(join(root, 'README.md'), 'utf8');
  const commands = /```sh kafka\n([\s\S]*?)```/.exec(markdown)?.[1]?.trimEnd().split('\n') ?? [];
  const [prepare = '', start = ''] = commands;
  const folder = await temporaryFolder();
  for (const step of stepsOf(markdown)) {
    if (!('file' in step)) continue;
    await writeFile(join(folder, step.file.name), step.file.text.replace(documentedAddress, kafka().bootstrap()));
  }
  const worker = join(folder, 'worker.properties');
  expect(markdown).toContain(`bootstrap.servers=${documentedAddress}`);
  await writeFile(worker, `${await readFile(worker, 'utf8')}listeners=http://127.0.0.1:${await freePort()}\n`);
  await symlink(join(root, 'runtime'), join(folder, 'runtime'));

  await run(prepare, { cwd: folder });
  const [program, script, ...args] = start.split(' ');
  expect([program, script]).toEqual(['node', 'runtime/cli/bundle/main.js']);
  const millrace = new MillraceProcess(args, { cwd: folder });

  await eventually(async () => expect(await readFile(join(folder, 'copy.txt'), 'utf8')).toBe('first line\nsecond line\n'));
  expect((await millrace.stop('SIGINT')).code).toBe(0);
  expect(await kafka().kafkaTool('kafka-consumer-groups', ['--list'])).toContain('connect-file-sink');
});
