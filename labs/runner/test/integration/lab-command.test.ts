import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { labText, lineOf } from '../support/lab-text.ts';
import { LabCommand, tinyRepository, type TinyRepository } from '../support/lab-command.ts';
import { isAlive, until } from '../support/shell.ts';

function inside({ root, temporary }: TinyRepository, ...args: readonly string[]): LabCommand {
  return new LabCommand([...args, '--root', root], { TMPDIR: temporary });
}

/** A lab whose first step starts a job, tells its number, and does not end. */
const endless = labText.replace('greeting=hello', 'sleep 603 & echo $! > "$TMPDIR/job"\ntouch "$TMPDIR/started"\nwait');

/** Waits for that, and gives the number. */
async function jobOf(repository: TinyRepository): Promise<number> {
  await until(async () => (await repository.remains()).includes('started'));
  return Number(await readFile(`${repository.temporary}/job`, 'utf8'));
}

it('lists the labs', async () => {
  const repository = await tinyRepository(labText);
  const { code, stdout } = await inside(repository, 'list').exit();

  expect(stdout).toContain('| [tiny](tiny/README.md) | Stream a line into a file | a shell → a file | 1 min | local |');
  expect(code).toBe(0);
});

it('verifies a lab that is right: one closing line, exit code 0, and nothing is left', async () => {
  const repository = await tinyRepository(labText);
  const { code, stdout } = await inside(repository, 'verify', 'tiny', '--profile', 'local').exit();

  expect(stdout).toMatch(/^tiny: Stream a line into a file \(1 min\)\n(?: {2}✓ .*\n){5}tiny: all 5 steps as the README says, \d+ s\n$/);
  expect(code).toBe(0);
  expect(await repository.remains()).toEqual([]);
});

it('fails a lab whose expectation is wrong: a diff with the line of the README, exit code 1, and nothing is left', async () => {
  const text = labText.replace('hello\n{', 'good bye\n{');
  const repository = await tinyRepository(text);
  const { code, stdout } = await inside(repository, 'verify').exit();
  const line = lineOf(text, 'good bye');

  expect(stdout).toContain(`labs/tiny/README.md:${line}: the output is not what the README shows`);
  expect(stdout).toContain(`${line} - | good bye\n       + | hello\n`);
  expect(stdout).toMatch(/tiny: FAILED, \d+ s\n$/);
  expect(code).toBe(1);
  expect(await repository.remains()).toEqual([]);
});

it('refuses a README that is no lab before anything starts, with exit code 2', async () => {
  const text = labText.replace('## Break', '## Broken');
  const repository = await tinyRepository(text);
  const { code, stdout, stderr } = await inside(repository, 'verify', 'tiny').exit();

  expect(stderr).toContain(`lab: labs/tiny/README.md:${lineOf(text, '## Broken')}: "Broken" is no section of a lab; "Break" belongs here`);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

it.each([
  [['run', 'tiny', '--profile', 'docker'], 'the profile docker is not run by this command, only local'],
  [['verify', 'tiny', '--profile', 'event-streams'], 'the profile event-streams is not run by this command, only local'],
  [['verify', 'tiny', '--profile', 'cloud'], 'there is no profile cloud; a lab can have local, docker, event-streams'],
  [['verify', 'huge'], 'there is no lab huge; there is tiny'],
  [['run'], 'run takes the name of one lab, got 0'],
  [['walk', 'tiny'], 'there is no command walk'],
  [['verify', '--fast'], "Unknown option '--fast'"],
])('answers %j with what can be done, and exit code 2', async (args, message) => {
  const { code, stderr } = await inside(await tinyRepository(labText), ...args).exit();

  expect(stderr).toContain(`lab: ${message}`);
  expect(code).toBe(2);
});

it('explains itself', async () => {
  const { code, stdout } = await new LabCommand(['--help']).exit();

  expect(stdout).toMatch(/pnpm lab list[^]*pnpm lab run NAME[^]*pnpm lab verify[^]*Exit codes/);
  expect(code).toBe(0);
});

it('goes through a lab step by step, and waits before it cleans up', async () => {
  const repository = await tinyRepository(labText);
  const command = inside(repository, 'run', 'tiny');
  for (const wait of ['greeting=hello', 'cp line.json', 'echo $greeting', 'echo broken']) {
    await until(
      () => command.stdout.includes('[Enter] runs it', command.stdout.indexOf(`$ ${wait}`)) && command.stdout.includes(`$ ${wait}`),
    );
    command.child.stdin?.write('\n');
  }
  await until(() => command.stdout.includes('Everything still runs. [Enter] cleans up'));
  expect(command.stdout).toContain('  hello\n  { "id": 1 }\n  ✓ as the README says\n');
  expect(await repository.remains()).toHaveLength(1);
  command.child.stdin?.write('\n');

  expect((await command.exit()).code).toBe(0);
  expect(command.stdout).toContain('== Troubleshoot\n\nNothing can go wrong.\ncleaned up\n');
  expect(await repository.remains()).toEqual([]);
});

it('skips a step, and ends when it is told to, or when nobody answers', async () => {
  const repository = await tinyRepository(labText);
  for (const answers of ['s\n\nq\n', 's\n\n']) {
    const command = inside(repository, 'run', 'tiny');
    command.child.stdin?.end(answers);
    const { code, stdout } = await command.exit();

    expect(stdout).toMatch(/\$ greeting=hello\n {2}\[Enter\][^\n]*\n[^✓]*\$ cp line.json[^]*✓ as the README says/);
    expect(stdout).toMatch(/\$ echo \$greeting\n[^]*q ends the lab: \ncleaned up\n$/);
    expect(code).toBe(0);
    expect(await repository.remains()).toEqual([]);
  }
});

it('gives another terminal all that it needs, and stays until Ctrl-C', async () => {
  const repository = await tinyRepository(labText);
  const command = inside(repository, 'run', 'tiny', '--by-hand');
  await until(() => command.stdout.includes('Ctrl-C here ends everything'));
  const file = /^ {2}\. (\S+)$/m.exec(command.stdout)?.[1] ?? '';
  const output = execFileSync('bash', ['-c', `. ${file}; cat line.json; echo $MILLRACE_URL; command -v millrace`], { encoding: 'utf8' });
  command.child.kill('SIGINT');

  expect(output).toMatch(/^\{ "id": 1 \}\nhttp:\/\/127\.0\.0\.1:\d+\n\/.*\/bin\/millrace\n$/);
  expect((await command.exit()).code).toBe(0);
  expect(await repository.remains()).toEqual([]);
});

it('ends everything at Ctrl-C, in the middle of a step too, with exit code 130', async () => {
  const repository = await tinyRepository(endless);
  const command = inside(repository, 'verify', 'tiny');
  const job = await jobOf(repository);
  command.child.kill('SIGINT');

  expect(await command.exit()).toMatchObject({ code: 130, stderr: '' });
  await until(() => !isAlive(job));
  expect((await repository.remains()).sort()).toEqual(['job', 'started']);
});

it('ends at Ctrl-C while it waits for an answer', async () => {
  const repository = await tinyRepository(labText);
  const command = inside(repository, 'run', 'tiny');
  await until(() => command.stdout.includes('[Enter] runs it'));
  command.child.kill('SIGINT');

  expect((await command.exit()).code).toBe(130);
  expect(await repository.remains()).toEqual([]);
});

it('leaves no process behind when it is killed in the middle of a step', async () => {
  const repository = await tinyRepository(endless);
  const command = inside(repository, 'verify', 'tiny');
  const job = await jobOf(repository);
  command.child.kill('SIGKILL');

  await until(() => !isAlive(job));
});

it('says what the machine lacks, with exit code 3', async () => {
  const repository = await tinyRepository(labText.replace('services: []', 'services: [postgres]'));
  const command = new LabCommand(['verify', 'tiny', '--root', repository.root], { MILLRACE_POSTGRES_BIN: '/no-such-folder' });
  const { code, stderr } = await command.exit();

  expect(stderr).toContain('lab: PostgreSQL is needed as a local program');
  expect(code).toBe(3);
});
