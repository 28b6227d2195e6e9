import { InvalidArgumentError, type Command } from 'commander';
import type { ApplyOptions } from '../commands/apply.ts';
import type { LogsOptions } from '../commands/logs.ts';
import type { PatchOptions } from '../commands/patch.ts';
import { durationMs } from '../output/duration.ts';
import { runVerb } from '../output/run-verb.ts';
import type { Terminal } from '../terminal.ts';
import { addGetCommands } from './get-commands.ts';
import { addLifecycleCommands } from './lifecycle-commands.ts';
import { examples } from './local-commands.ts';
import { waitOption } from './wait-option.ts';

/** Verbs that talk to a worker. */
export function addClientCommands(program: Command, terminal: Terminal, version: string): void {
  program.commandsGroup('See what a worker does:');
  addGetCommands(program, terminal, version);
  addLogsCommand(program, terminal);
  program.commandsGroup('Change what a worker does:');
  addApplyCommands(program, terminal);
  addPatchCommands(program, terminal);
  addLifecycleCommands(program, terminal);
}

function addApplyCommands(program: Command, terminal: Terminal): void {
  const file = ['-f, --file <file>', 'file, folder of files, or - for the standard input'] as const;
  program
    .command('apply')
    .description('make connectors as files say: JSON, YAML, properties or KafkaConnector manifests')
    .requiredOption(...file)
    .option('--plan', 'show what would change')
    .option('--dry-run', 'let the worker validate, and show what would change')
    .addOption(waitOption('the connectors are in their states'))
    .addHelpText('after', examples(['apply -f orders.json --wait', 'apply -f connect.d --plan', 'get config orders | millrace apply -f -']))
    .action((options: ApplyOptions, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/apply.ts')).apply(context, options)),
    );
  program
    .command('diff')
    .description('show what apply would change; ends with 1 if there is something')
    .requiredOption(...file)
    .addHelpText('after', examples(['diff -f connect.d']))
    .action((options: { file: string }, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/apply.ts')).diff(context, options)),
    );
}

function addPatchCommands(program: Command, terminal: Terminal): void {
  const patch = program.command('patch').description('change part of a configuration, offsets, or the level of a logger');
  addPatchLogger(patch, terminal);
  patch
    .command('connector')
    .description('set and remove keys; all others stay as they are')
    .argument('<name>', 'name of the connector')
    .option('-s, --set <key=value>', 'set a key; may be repeated', appended, [])
    .option('-r, --remove <key>', 'remove a key; may be repeated', appended, [])
    .addHelpText('after', examples(['patch connector orders -s tasks.max=2 -r transforms']))
    .action((name: string, options: PatchOptions, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/patch.ts')).patchConnector(context, name, options)),
    );
  patch
    .command('offsets')
    .description('set offsets of a stopped connector')
    .argument('<name>', 'name of the connector')
    .requiredOption('-f, --file <file>', 'JSON with {"offsets": [{"partition", "offset"}]}, or - for the standard input')
    .addHelpText('after', examples(['patch offsets orders -f backup.json']))
    .action((name: string, options: { file: string }, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/offsets.ts')).patchOffsets(context, name, options)),
    );
}

function addPatchLogger(patch: Command, terminal: Terminal): void {
  patch
    .command('logger')
    .description('set the level of a logger and of all below it')
    .argument('<name>', 'name of the logger, or root')
    .requiredOption('-l, --level <level>', 'ERROR, WARN, INFO, DEBUG or TRACE')
    .addHelpText('after', examples(['patch logger org.apache.kafka.connect.runtime -l debug']))
    .action((name: string, options: { level: string }, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/patch.ts')).patchLogger(context, name, options)),
    );
}

function addLogsCommand(program: Command, terminal: Terminal): void {
  program
    .command('logs')
    .description("a connector's lines of the worker's log")
    .command('connector')
    .description('the latest lines, and with -f those to come')
    .argument('<name>', 'name of the connector')
    .option('-f, --follow', 'go on with lines as they come, until Ctrl-C')
    .option('-n, --limit <lines>', 'latest lines to begin with', lineCount, 100)
    .option('--level <level>', "level of the connector's package meanwhile; put back at the end")
    .option('--for <duration>', 'follow this long', durationMs)
    .addHelpText('after', examples(['logs connector orders -n 20', 'logs connector orders --level debug --for 10m']))
    .action((name: string, options: LogsOptions, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/logs.ts')).logs(context, name, options)),
    );
}

function appended(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function lineCount(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('A number of lines is 0 to 99999.');
  return Number(text);
}
