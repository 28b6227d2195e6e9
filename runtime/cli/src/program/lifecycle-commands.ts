import { InvalidArgumentError, type Command } from 'commander';
import type { LifecycleOptions, LifecycleVerb } from '../commands/lifecycle.ts';
import { runVerb } from '../output/run-verb.ts';
import type { Terminal } from '../terminal.ts';
import { examples } from './local-commands.ts';
import { waitOption } from './wait-option.ts';

const verbs: readonly (readonly [verb: LifecycleVerb, description: string, until: string, examples: readonly string[]])[] = [
  ['pause', 'hold connectors; tasks stay where they are', 'they are paused', ['pause connector orders --wait']],
  ['resume', 'let paused and stopped connectors go on', 'they run', ['resume connector --state PAUSED --yes']],
  ['stop', 'stop connectors and end their tasks', 'they are stopped', ['stop connector orders --wait 30s']],
  [
    'restart',
    'restart connectors',
    'they run',
    ['restart connector orders --tasks --only-failed', 'restart connector --state FAILED --tasks --yes'],
  ],
  ['delete', 'delete connectors, or offsets', 'they are gone', ['delete connector orders', "delete connector --regex 'test-.*' --yes"]],
];

/** `pause|resume|stop|restart|delete connector`, and `delete offsets`. */
export function addLifecycleCommands(program: Command, terminal: Terminal): void {
  for (const [verb, description, until, lines] of verbs) {
    const parent = program.command(verb).description(description);
    const command = parent
      .command('connector')
      .description(description)
      .argument('[names...]', 'names of connectors')
      .option('--regex <pattern>', 'all whose whole name matches')
      .option('--state <state>', 'all that are in this state, or have a task that is: FAILED, PAUSED, …')
      .addOption(waitOption(until))
      .addHelpText('after', examples(lines))
      .action((names: string[], options: LifecycleOptions, command: Command) =>
        runVerb(terminal, command, async (context) =>
          (await import('../commands/lifecycle.ts')).changeConnectors(context, verb, names, options),
        ),
      );
    if (verb === 'restart') {
      command.option('--tasks', 'their tasks as well').option('--only-failed', 'only what has failed');
      addRestartTask(parent, terminal);
    }
    if (verb === 'delete') addDeleteOffsets(parent, terminal);
  }
}

function addDeleteOffsets(parent: Command, terminal: Terminal): void {
  parent
    .command('offsets')
    .alias('offset')
    .description('forget the offsets of a stopped connector: it begins anew')
    .argument('<name>', 'name of the connector')
    .option('--backup <file>', 'keep what was there in a new file, which patch offsets takes')
    .addHelpText('after', examples(['delete offsets orders --backup orders-offsets.json']))
    .action((name: string, options: { backup?: string }, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/offsets.ts')).deleteOffsets(context, name, options)),
    );
}

function addRestartTask(parent: Command, terminal: Terminal): void {
  parent
    .command('task')
    .description('restart one task')
    .argument('<name>', 'name of the connector')
    .argument('<task>', 'number of the task', taskNumber)
    .addHelpText('after', examples(['restart task orders 0']))
    .action((name: string, task: number, _options: unknown, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/lifecycle.ts')).restartTask(context, name, task)),
    );
}

function taskNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Tasks have numbers, from 0 on.');
  return Number(text);
}
