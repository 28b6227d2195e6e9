import { exec } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { eventually, MillraceProcess } from './support/millrace-process.ts';

const run = promisify(exec);
const readme = fileURLToPath(new URL('../../../README.md', import.meta.url));

/** The code block of this kind that is marked as part of the walk-through. */
function block(markdown: string, kind: string): string {
  const match = new RegExp(`\`\`\`${kind} walkthrough\n([\\s\\S]*?)\`\`\``).exec(markdown);
  if (match?.[1] === undefined) throw new Error(`README.md has no \`\`\`${kind} walkthrough block`);
  return match[1];
}

it('does what the second paragraph of the README says, as it stands there', async () => {
  const markdown = await readFile(readme, 'utf8');
  const commands = block(markdown, 'sh').trimEnd().split('\n');
  const expected = block(markdown, 'output');
  onTestFinished(() => rm('/tmp/my-lines.txt', { force: true }));
  const quickstart = new MillraceProcess(['quickstart']);
  await eventually(() => expect(quickstart.stdout).toContain('Millrace is running'));
  expect(quickstart.stdout).toContain('http://localhost:8083');

  const last = commands.pop() as string;
  for (const command of commands) await run(command);

  await eventually(async () => expect((await run(last)).stdout).toBe(expected));
  const orders = (await run('tail -n 1 /tmp/millrace-quickstart/orders.jsonl')).stdout;
  expect(JSON.parse(orders)).toMatchObject({ origin: 'quickstart' });
  const { code, stdout } = await quickstart.stop('SIGINT');
  expect(code).toBe(0);
  expect(stdout).toContain('Stopped. Nothing is left behind.');
  expect(existsSync('/tmp/millrace-quickstart')).toBe(false);
});
