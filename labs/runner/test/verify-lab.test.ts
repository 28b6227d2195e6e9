import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLab } from '../src/commands/lab-catalog.ts';
import { verifyLab, type VerifyResult } from '../src/commands/verify-lab.ts';
import { LabSession } from '../src/play/lab-session.ts';
import { localServices } from '../src/services/local-services.ts';
import { labText, lineOf } from './support/lab-text.ts';
import { temporaryFolder } from './support/shell.ts';

const file = 'labs/tiny/README.md';

interface Verification extends VerifyResult {
  /** What was told meanwhile. */
  readonly told: string;
  /** The folder of the lab. */
  readonly work: string;
}

async function verify(text: string): Promise<Verification> {
  const root = await temporaryFolder();
  await mkdir(join(root, 'connectors'));
  await mkdir(join(root, 'labs/tiny'), { recursive: true });
  await writeFile(join(root, file), text);
  await writeFile(join(root, 'labs/tiny/seed.txt'), 'seed\n');
  const lab = readLab(root, 'tiny');
  const signal = new AbortController().signal;
  const session = await LabSession.open({ lab, root, starters: localServices, signal, report: () => undefined });
  let told = '';
  const write = (part: string): void => {
    told += part;
  };
  try {
    const result = await verifyLab({ lab, session, profile: 'local', terminal: { write, isInteractive: false } });
    return { ...result, told, work: session.folder.work };
  } finally {
    await session.close();
  }
}

/** Changes one thing in the README. */
function changed(from: string, to: string): string {
  if (!labText.includes(from)) throw new Error(`the README has no ${from}`);
  return labText.replace(from, to);
}

describe('verification', () => {
  it('finds nothing wrong with a README that is right, and leaves nothing behind', async () => {
    const { problems, stepCount, work } = await verify(labText);

    expect(problems).toEqual([]);
    expect(stepCount).toBe(5);
    expect(existsSync(work)).toBe(false);
  });

  it('names the line of an expectation that is wrong, and shows both sides', async () => {
    const text = changed('hello\n{', 'good bye\n{');
    const { problems } = await verify(text);
    const line = lineOf(text, 'good bye');

    expect(problems).toEqual([
      [
        `${file}:${line}: the output is not what the README shows (- README, + printed)`,
        '    $ echo $greeting',
        '    $ cat copy.json',
        `${String(line).padStart(6)} - | good bye`,
        '       + | hello',
        `${String(line + 1).padStart(6)}   | { "id": 1 }`,
      ].join('\n'),
    ]);
  });

  it('refuses output where the README shows none', async () => {
    const text = changed('cp line.json', 'cp -v line.json');

    expect((await verify(text)).problems[0]).toContain(`${file}:${lineOf(text, 'cp -v')}: the commands print something`);
  });

  it('names the line of commands that fail, and what they printed', async () => {
    const text = changed('cp line.json copy.json', 'cp no-such.json copy.json');

    expect((await verify(text)).problems[0]).toMatch(
      new RegExp(`^${file}:${lineOf(text, 'cp no')}: the commands fail: exit code 1\n    \\$ cp no-such.json[^]*No such file`),
    );
  });

  it('refuses a success where the README says that something fails', async () => {
    const text = changed('cat no-such-file 2> /dev/null', 'true');

    expect((await verify(text)).problems[0]).toContain(`${file}:${lineOf(text, 'echo broken')}: the exit code is not 1: exit code 0`);
  });

  it('takes no further step after the first problem but those that clean up', async () => {
    const { told, problems } = await verify(changed('cat copy.json', 'cat copy.json; false'));

    expect(problems).toHaveLength(1);
    expect(told).toMatch(/✗ See [^]*✓ Clean/);
    expect(told).not.toContain('Break');
  });

  it('names commands that end their shell, and does not hang', async () => {
    const text = changed('echo broken', 'exit');

    expect((await verify(text)).problems).toEqual([
      `${file}:${lineOf(text, 'exit\n')}: the commands do not end within 120 s, or end their shell\n    $ exit\n    $ cat no-such-file 2> /dev/null`,
    ]);
  });

  it('shows the ends of logs with a problem', async () => {
    const { problems } = await verify(changed('echo broken', 'seq 100 > worker.log; echo unexpected'));

    expect(problems[0]).toMatch(/the end of worker\.log\n {4}86\n[^]* {4}100$/);
  });

  it('names processes that are still there after "Clean"', async () => {
    const text = changed('greeting=hello', 'greeting=hello\nsleep 602 &');

    expect((await verify(text)).problems[0]).toMatch(
      new RegExp(`^${file}:${lineOf(text, '## Clean')}: after "Clean" these processes still run:\n    \\d+ sleep 602$`),
    );
  });

  it('repeats a step with wait until it prints what is expected', async () => {
    const text = changed(
      'sh run\necho $greeting',
      'sh run wait=30s\necho x >> tries; [ $(wc -l < tries) -gt 2 ] || greeting=wait; echo $greeting; greeting=hello',
    );

    expect((await verify(text)).problems).toEqual([]);
  });

  it('says for how long it waited', async () => {
    const text = changed('sh run\necho $greeting', 'sh run wait=1s\necho no');

    expect((await verify(text)).problems[0]).toContain('the output is not what the README shows after 1 s');
  });

  it('takes the steps of its own profile only', async () => {
    const text = changed('  local: this machine', '  local: this machine\n  docker: containers');
    const both = text.replace('```sh run\ngreeting', '```sh run profile=docker\nexit 1\n```\n\n```sh run profile=local\ngreeting');

    expect((await verify(both)).problems).toEqual([]);
  });

  it('gives commands the files beside the README, and an address for a worker', async () => {
    const text = changed(
      'cat copy.json\n```\n\n```output\nhello\n{ "id": 1 }',
      'cat seed.txt; echo $MILLRACE_URL\n```\n\n```output\nhello\nseed\nhttp://127.0.0.1:...',
    );

    expect((await verify(text)).problems).toEqual([]);
  });

  it('needs connectors that exist', async () => {
    await expect(verify(changed('connectors: []', "connectors: ['@millrace/none']"))).rejects.toThrow(
      'there is no connector @millrace/none in connectors/',
    );
  });
});
