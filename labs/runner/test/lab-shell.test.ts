import { expect, it } from 'vitest';
import { isAlive, openShell, until } from './support/shell.ts';

const LIMIT_MS = 20_000;

it('keeps variables, the folder and background jobs from block to block, as a terminal does', async () => {
  const shell = await openShell({ FROM_OUTSIDE: 'yes' });

  await shell.run('name=orders\nmkdir deep && cd deep\nsleep 600 & job=$!', LIMIT_MS);
  const { output } = await shell.run('echo $name $(basename $PWD) $FROM_OUTSIDE\nkill -0 $job && echo runs', LIMIT_MS);

  expect(output).toBe('orders deep yes\nruns\n');
});

it('gives standard output and standard error in their order', async () => {
  const shell = await openShell();

  expect((await shell.run('echo one; echo two >&2; echo three', LIMIT_MS)).output).toBe('one\ntwo\nthree\n');
});

it('gives the code of the first command that fails, and runs the rest all the same', async () => {
  const shell = await openShell();

  expect(await shell.run('(exit 3)\n(exit 4)\necho end', LIMIT_MS)).toEqual({ code: 3, output: 'end\n' });
  expect(await shell.run('false || true\nif false; then :; fi', LIMIT_MS)).toEqual({ code: 0, output: '' });
  expect((await shell.run('if then', LIMIT_MS)).code).not.toBe(0);
  expect((await shell.run('true', LIMIT_MS)).code).toBe(0);
});

it('says nothing of a job that is killed', async () => {
  const shell = await openShell();
  await shell.run('sleep 600 & job=$!', LIMIT_MS);

  expect((await shell.run('kill -9 $job\nwhile kill -0 $job 2> /dev/null; do :; done', LIMIT_MS)).output).toBe('');
  expect((await shell.run('echo next', LIMIT_MS)).output).toBe('next\n');
});

it('gives no input to commands', async () => {
  const shell = await openShell();

  expect((await shell.run('cat', LIMIT_MS)).output).toBe('');
});

it('ends commands that do not end, with all that they started, and says what they had printed', async () => {
  const shell = await openShell();
  const { output } = await shell.run('sleep 600 & echo $!', LIMIT_MS);

  expect(await shell.run('echo waiting; sleep 600', 500)).toEqual({ code: null, output: 'waiting\n' });

  await until(() => !isAlive(Number(output)));
  await expect(shell.run('true', LIMIT_MS)).rejects.toThrow('the shell of the lab has ended');
});

it('notices that commands ended their shell', async () => {
  const shell = await openShell();

  expect((await shell.run('exit 0', LIMIT_MS)).code).toBeNull();
  expect(shell.isOver).toBe(true);
});

it('names what still runs', async () => {
  const shell = await openShell();
  expect(await shell.leftovers()).toEqual([]);

  const { output } = await shell.run('sleep 601 & echo $!', LIMIT_MS);

  expect(await shell.leftovers()).toEqual([`${output.trim()} sleep 601`]);
});
