import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { StandaloneCommandOptions } from './commands/standalone.ts';
import type { Terminal } from './terminal.ts';

/** The command tree. Commands are loaded when they run, so that help costs nothing. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('millrace')
    .description('Kafka Connect for the Node world: workers, connectors and a quickstart.')
    .version(packageVersion(), '-v, --version')
    .showHelpAfterError('(millrace --help shows how it is meant)');

  program
    .command('quickstart')
    .description('run a worker on the log inside it, with generated orders flowing through a topic into a file')
    .option('--port <port>', 'port of the REST API (default: 8083, or a free one if that is taken)', portNumber)
    .option('--rate <records>', 'records a second; 0: as many as possible', rateNumber, 1000)
    .action(async (options: { port?: number; rate: number }) => {
      const { quickstart } = await import('./commands/quickstart.ts');
      await quickstart(terminal, options);
    });

  program
    .command('standalone')
    .description("run one worker with the connectors of the files, as Kafka's connect-standalone does")
    .argument('<worker.properties>', "the worker's configuration, a properties file of Kafka Connect")
    .argument('[connectors...]', 'connector files: properties, a flat JSON map, or {"name", "config", "initial_state"}')
    .option('--embedded', 'use the log inside the worker in place of bootstrap.servers')
    .addOption(new Option('--log-format <format>', 'form of log lines').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      '\nExit codes: 0 stopped by a signal, 1 wrong usage, 2 the worker could not start, 3 a connector could not be created.',
    )
    .action(async (workerFile: string, connectorFiles: string[], options: StandaloneCommandOptions) => {
      const { standalone } = await import('./commands/standalone.ts');
      await standalone(workerFile, connectorFiles, options);
    });

  return program;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function rateNumber(text: string): number {
  const rate = Number(text);
  if (!Number.isFinite(rate) || rate < 0) throw new InvalidArgumentError('A rate is a number of records a second, 0 or more.');
  return rate;
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
