import { Option, type Command } from 'commander';
import type { CreateConfigOptions } from '../commands/create-config.ts';
import type { ValidateOptions } from '../commands/validate.ts';
import type { PluginOptions } from '../installed-plugins.ts';
import { runVerb } from '../output/run-verb.ts';
import type { Terminal } from '../terminal.ts';

const kinds = ['sink', 'source', 'transformation', 'predicate', 'converter', 'header_converter'];

/** Verbs that need no worker. */
export function addLocalCommands(program: Command, terminal: Terminal): void {
  program.commandsGroup('Prepare, without a worker:');
  addPluginCommands(program, terminal);

  withPluginOptions(program.command('validate'))
    .description('check connectors of files with the plug-ins installed here, or by the worker that --url, --context or --live names')
    .requiredOption('-f, --file <file>', 'file, folder of files, or - for the standard input')
    .option('--live', 'let the worker of the current context check')
    .addHelpText(
      'after',
      `${examples(['validate -f orders.yaml', 'validate -f connect.d --url http://localhost:8083'])}\n\nExit codes: 0 valid, 2 not valid.`,
    )
    .action((options: ValidateOptions, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/validate.ts')).validate(context, options)),
    );

  const create = program.command('create').description('write a configuration to start from');
  withPluginOptions(create.command('config'))
    .description('a commented configuration with all keys of a connector')
    .argument('<class>', 'class of the connector, or its short name')
    .option('-s, --short', 'only the keys that must be given')
    .option('--name <name>', 'name of the connector')
    .addOption(new Option('--format <format>', 'form of the file').choices(['properties', 'json', 'yaml']).default('properties'))
    .addHelpText('after', examples(['create config FileStreamSink > sink.properties', 'create config Datagen -s --format json']))
    .action((className: string, options: CreateConfigOptions, command: Command) =>
      runVerb(terminal, command, async (context) =>
        (await import('../commands/create-config.ts')).createConfig(context, className, options),
      ),
    );
}

function addPluginCommands(program: Command, terminal: Terminal): void {
  const plugins = program.command('plugins').description('plug-ins that are installed here');
  withPluginOptions(plugins.command('list'))
    .description('list them, from their manifests; no code is loaded')
    .addOption(new Option('--type <type>', 'only of this type').choices(kinds))
    .addHelpText('after', examples(['plugins list --type source', 'plugins list --plugin-path /opt/connectors -o wide']))
    .action((options: PluginOptions & { type?: string }, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/plugins-list.ts')).pluginsList(context, options)),
    );
  withPluginOptions(plugins.command('verify'))
    .description('load the code of each, and tell of those that cannot be used')
    .addHelpText('after', examples(['plugins verify']))
    .action((options: PluginOptions, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/plugins-list.ts')).pluginsVerify(context, options)),
    );
}

function withPluginOptions(command: Command): Command {
  return command
    .option('--plugin-path <folders>', 'folders of plug-in packages besides those of the package.json here, separated by commas')
    .option('--worker-config <file>', 'properties of the worker, for its plugin.path and converters');
}

/** Help text with an example a line. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  millrace ${line}`).join('\n')}`;
}
