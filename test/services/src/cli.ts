import { parseArgs } from 'node:util';
import { whyNoEngine } from './container/engine.ts';
import { kafkaJars } from './kafka/kafka-jars.ts';
import type { Provider } from './provider.ts';
import { down } from './terminal/down.ts';
import { isServiceRunning, logsOf, readState } from './terminal/state.ts';
import { describeState, up, upContainer, type UpOptions } from './terminal/up.ts';

const USAGE = `pnpm services up kafka [--brokers 3] [--proxied]   real Kafka, until Ctrl-C
pnpm services up kafka --provider container        one broker in a container, with a plain listener
pnpm services up connect [--brokers 3]             as up kafka, and Kafka's own Connect worker
pnpm services status                               what runs, and where
pnpm services logs [kafka|connect]                 what it has printed
pnpm services down                                 ends everything and removes its data
pnpm services jars                                 downloads Kafka and prints the folder of its jars
`;

/** A command line that makes no sense, said in one line. */
class UsageError extends Error {}

const write = (text: string): void => {
  process.stdout.write(text);
};

/** Runs a command. @returns the exit code: 1 when nothing runs, 2 when the command line makes no sense. */
async function main(args: readonly string[]): Promise<number> {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const options = { brokers: text, provider: text, proxied: flag, help: flag };
  const { values, positionals } = parse(() => parseArgs({ args: [...args], options, allowPositionals: true }));
  const [command, service] = positionals;
  if (values.help === true) {
    write(USAGE);
    return 0;
  }
  if (command === 'up') {
    if (service !== 'kafka' && service !== 'connect') throw new UsageError(`up takes kafka or connect, got ${service ?? 'nothing'}`);
    const wanted = { brokers: brokerCount(values.brokers), withConnect: service === 'connect', isProxied: values.proxied === true };
    if (providerOf(values.provider) === 'process') await up({ ...wanted, write });
    else await upInContainer(wanted);
    return 0;
  }
  if (command === 'jars') {
    write(`${(await kafkaJars()).libs}\n`);
    return 0;
  }
  if (command === 'status' || command === 'logs' || command === 'down') return runOn(command, service);
  throw new UsageError(`there is no command ${command ?? '(none given)'}`);
}

async function runOn(command: 'status' | 'logs' | 'down', service: string | undefined): Promise<number> {
  const state = await readState();
  if (state === null) {
    write('nothing runs\n');
    return command === 'down' ? 0 : 1;
  }
  if (command === 'down') {
    await down(state);
    write('stopped\n');
    return 0;
  }
  if (command === 'logs') {
    const wanted = { kafka: 'broker', connect: 'JVM worker' }[service ?? ''] ?? '';
    const isWanted = (name: string): boolean => name.startsWith(wanted) || name === service;
    for (const running of state.services.filter(({ name }) => isWanted(name))) write(`--- ${running.name}\n${await logsOf(running)}`);
    return 0;
  }
  const dead = [];
  for (const running of state.services) if (!(await isServiceRunning(running))) dead.push(running.name);
  write(describeState(state));
  for (const name of dead) write(`${name} has ended: pnpm services logs\n`);
  return dead.length === 0 ? 0 : 1;
}

function providerOf(text = process.env['MILLRACE_TEST_PROVIDER'] || 'process'): Provider {
  if (text !== 'container' && text !== 'process') throw new UsageError(`--provider takes container or process, got ${text}`);
  return text;
}

async function upInContainer({ brokers, withConnect, isProxied }: Omit<UpOptions, 'write'>): Promise<void> {
  if (brokers === 3 || withConnect || isProxied) {
    throw new UsageError('--provider container has one broker and a plain listener: the rest takes --provider process');
  }
  const reason = await whyNoEngine();
  if (reason !== null) throw new Error(reason);
  await upContainer(write);
}

function brokerCount(text = '1'): 1 | 3 {
  if (text !== '1' && text !== '3') throw new UsageError(`--brokers takes 1 or 3, got ${text}`);
  return text === '1' ? 1 : 3;
}

function parse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`services: ${error instanceof Error ? error.message : String(error)}\n${isUsage ? `\n${USAGE}` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}
