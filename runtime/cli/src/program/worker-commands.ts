import { InvalidArgumentError, Option, type Command } from 'commander';
import type { StandaloneCommandOptions } from '../commands/standalone.ts';
import type { WorkerCommandOptions } from '../commands/worker.ts';
import type { Terminal } from '../terminal.ts';

/** Verbs that run a worker. */
export function addWorkerCommands(program: Command, terminal: Terminal): void {
  program.commandsGroup('Run a worker:');
  program
    .command('quickstart')
    .description('run a worker on the log inside it, with generated orders flowing through a topic into a file')
    .option('--port <port>', 'port of the REST API (default: 8083, or a free one if that is taken)', portNumber)
    .option('--rate <records>', 'records a second; 0: as many as possible', rateNumber, 1000)
    .addHelpText('after', '\nExamples:\n  millrace quickstart\n  millrace quickstart --port 0 --rate 0      as fast as this machine can')
    .action(async (options: { port?: number; rate: number }) => {
      const { quickstart } = await import('../commands/quickstart.ts');
      await quickstart(terminal, options);
    });

  program
    .command('standalone')
    .description("run one worker with the connectors of the files, as Kafka's connect-standalone does")
    .argument('<worker.properties>', "the worker's configuration, a properties file of Kafka Connect")
    .argument('[connectors...]', 'connector files: properties, a flat JSON map, or {"name", "config", "initial_state"}')
    .option('--embedded', 'use the log inside the worker in place of bootstrap.servers')
    .addOption(new Option('--log-format <format>', 'form of log lines, before log.format of the file').choices(['text', 'json']))
    .addHelpText(
      'after',
      `\nExamples:\n  millrace standalone worker.properties orders.json\n  millrace standalone --embedded worker.properties${exitCodes}`,
    )
    .action(async (workerFile: string, connectorFiles: string[], options: StandaloneCommandOptions) => {
      const { standalone } = await import('../commands/standalone.ts');
      await standalone(workerFile, connectorFiles, options);
    });

  program
    .command('worker')
    .description("run a worker of a cluster, as Kafka's connect-distributed does")
    .argument('<worker.properties>', "the worker's configuration, a properties file of Kafka Connect")
    .option('--force', 'join although classes that the connectors of the cluster need are not installed here')
    .addOption(new Option('--log-format <format>', 'form of log lines').choices(['text', 'json']))
    .addHelpText('after', `\nExample:\n  millrace worker connect-distributed.properties${exitCodes}`)
    .action(async (file: string, options: WorkerCommandOptions) => {
      const { worker } = await import('../commands/worker.ts');
      await worker(file, options);
    });
}

const exitCodes = '\n\nExit codes: 0 stopped by a signal, 1 wrong usage, 2 the worker could not start, 3 a connector could not be created.';

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
