import type { Command } from 'commander';
import type { ConnectorFilter } from '../commands/get-connectors.ts';
import { runVerb, watchVerb } from '../output/run-verb.ts';
import type { Terminal } from '../terminal.ts';
import { examples } from './local-commands.ts';

interface Watched {
  readonly watch?: boolean;
}

const watch = ['-w, --watch', 'go on, and print anew what has changed, until Ctrl-C'] as const;

function runOrWatch({ watch: isWatched }: Watched): typeof runVerb {
  return isWatched === true ? watchVerb : runVerb;
}

/** `get`, `describe` and `info`. */
export function addGetCommands(program: Command, terminal: Terminal, version: string): void {
  const get = program
    .command('get')
    .description('list connectors, tasks, workers, plugins, offsets, loggers, topics, or one configuration');
  addFleetCommands(get, terminal);
  addDetailCommands(get, terminal);
  addDescribeCommands(program, terminal, version);
}

function addFleetCommands(get: Command, terminal: Terminal): void {
  get
    .command('connectors')
    .alias('connector')
    .description('connectors with their states')
    .option('--state <state>', 'only in this state; FAILED includes those with a failed task')
    .option('--class <text>', 'only those whose class contains this')
    .option(...watch)
    .addHelpText('after', examples(['get connectors', 'get connectors --state FAILED -o name', 'get connectors -w']))
    .action((options: ConnectorFilter & Watched, command: Command) =>
      runOrWatch(options)(terminal, command, async (context) =>
        (await import('../commands/get-connectors.ts')).getConnectors(context, options),
      ),
    );
  get
    .command('tasks')
    .description('tasks with their states')
    .argument('[names...]', 'names of connectors; default: all')
    .option('--state <state>', 'only in this state')
    .option(...watch)
    .addHelpText('after', examples(['get tasks', 'get tasks orders -o wide', 'get tasks orders -w']))
    .action((names: string[], options: ConnectorFilter & Watched, command: Command) =>
      runOrWatch(options)(terminal, command, async (context) =>
        (await import('../commands/get-connectors.ts')).getTasks(context, names, options),
      ),
    );
  get
    .command('workers')
    .description('workers that run something, with how much and how much of it failed')
    .option(...watch)
    .addHelpText('after', examples(['get workers', 'get workers -w']))
    .action((options: Watched, command: Command) =>
      runOrWatch(options)(terminal, command, async (context) => (await import('../commands/get-connectors.ts')).getWorkers(context)),
    );
}

function addDetailCommands(get: Command, terminal: Terminal): void {
  get
    .command('plugins')
    .description('connectors that the worker could run')
    .option('--all', 'transformations, predicates and converters as well')
    .addHelpText('after', examples(['get plugins --all']))
    .action((options: { all?: boolean }, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/get.ts')).getPlugins(context, options)),
    );
  get
    .command('loggers')
    .description('loggers whose level is set')
    .addHelpText('after', examples(['get loggers']))
    .action((_options: unknown, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/get.ts')).getLoggers(context)),
    );
  get
    .command('topics')
    .description('topics that connectors used')
    .argument('[names...]', 'names of connectors; default: all')
    .addHelpText('after', examples(['get topics orders']))
    .action((names: string[], _options: unknown, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/get.ts')).getTopics(context, names)),
    );
  for (const [what, description, action] of [
    ['offsets', 'how far a connector has come', 'getOffsets'],
    ['config', 'the configuration of a connector, as a properties file', 'getConfig'],
  ] as const) {
    get
      .command(what)
      .description(description)
      .argument('<name>', 'name of the connector')
      .addHelpText('after', examples([`get ${what} orders`, `get ${what} orders -o json`]))
      .action((name: string, _options: unknown, command: Command) =>
        runVerb(terminal, command, async (context) => (await import('../commands/get.ts'))[action](context, name)),
      );
  }
}

function addDescribeCommands(program: Command, terminal: Terminal, version: string): void {
  const describe = program.command('describe').description('all about one connector, plug-in or worker');
  describe
    .command('connector')
    .description('state, tasks, errors, topics')
    .argument('<name>', 'name of the connector')
    .option('--trace', 'errors with their stacks')
    .addHelpText('after', examples(['describe connector orders', 'describe connector orders --trace']))
    .action((name: string, options: { trace?: boolean }, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/describe.ts')).describeConnector(context, name, options)),
    );
  describe
    .command('plugin')
    .description('keys with their types, defaults and meanings')
    .argument('<class>', 'class of the plug-in, or its short name')
    .addHelpText('after', examples(['describe plugin FileStreamSink']))
    .action((className: string, _options: unknown, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/describe.ts')).describePlugin(context, className)),
    );
  for (const worker of [describe.command('worker'), program.command('info')]) {
    worker
      .description('the worker: version, cluster, what runs on it')
      .addHelpText('after', examples(['info', 'info --url http://connect:8083 -o json']))
      .action((_options: unknown, command: Command) =>
        runVerb(terminal, command, async (context) => (await import('../commands/describe.ts')).describeWorker(context, version)),
      );
  }
}
