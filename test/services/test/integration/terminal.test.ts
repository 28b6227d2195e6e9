import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fileNeeds } from '../../src/for-file.ts';
import { kafkaJars, whyNoKafka } from '../../src/kafka/kafka-jars.ts';
import { run } from '../../src/process/run.ts';
import { takeSlot, TERMINAL_SLOT } from '../../src/ports.ts';
import { kafkaClient } from '../support/kafka-client.ts';
import { until } from '../support/until.ts';

const program = fileURLToPath(new URL('../support/run-cli.mjs', import.meta.url));
const services = (...args: string[]) => run(process.execPath, [program, ...args]);

/** Somebody at a terminal of this machine may be using the services: then these tests would end them. */
const isTaken = await takeSlot(TERMINAL_SLOT).then(
  async (lease) => {
    await lease.release();
    return false;
  },
  () => true,
);

let up: ChildProcess | undefined;
let printed = '';

fileNeeds(whyNoKafka, async () => {
  // Downloaded before the clock of a test runs.
  await kafkaJars();
  if (isTaken) return;
  up = spawn(process.execPath, [program, 'up', 'kafka'], { stdio: ['ignore', 'pipe', 'inherit'] });
  up.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await until(() => printed.includes('Ctrl-C') || up?.exitCode !== null, 90_000);
  return () => up?.kill('SIGKILL');
});

describe('pnpm services', () => {
  it('starts Kafka, says where it is, and ends it at down without leaving anything', async (context) => {
    if (isTaken) context.skip('pnpm services up runs on this machine');
    const address = /export MILLRACE_KAFKA=(\S+)/.exec(printed)?.[1] ?? '';
    const admin = kafkaClient({ brokers: [address] }).admin();
    await admin.connect();
    expect(await admin.listTopics()).toEqual([]);
    await admin.disconnect();

    const status = await services('status');
    const second = await services('up', 'kafka');
    const logs = await services('logs', 'kafka');
    const ended = once(up as ChildProcess, 'exit');
    const down = await services('down');
    await ended;

    expect(status).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/broker 1 \(process \d+\)\n {2}PLAINTEXT +127\.0\.0\.1:20000/) as string,
    });
    expect(second).toMatchObject({ code: 1, output: expect.stringContaining('run in slot 0 already: pnpm services down') as string });
    expect(logs).toMatchObject({ code: 0, stdout: expect.stringContaining('--- broker 1') as string });
    expect(down).toMatchObject({ code: 0, stdout: 'stopped\n' });
    expect(await services('status')).toMatchObject({ code: 1, stdout: 'nothing runs\n' });
    await expect(fetch('http://127.0.0.1:20000')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('explains a command line that makes no sense', async () => {
    expect(await services('up', 'oracle')).toMatchObject({
      code: 2,
      output: expect.stringContaining('up takes kafka or connect, got oracle') as string,
    });
    expect(await services('up', 'kafka', '--brokers', '2')).toMatchObject({
      code: 2,
      output: expect.stringContaining('--brokers takes 1 or 3, got 2') as string,
    });
    expect(await services('--color')).toMatchObject({ code: 2, output: expect.stringContaining("Unknown option '--color'") as string });
  });
});
