import { Argument, type Command } from 'commander';
import type { Shell } from '../commands/completion.ts';
import { runVerb } from '../output/run-verb.ts';
import type { Terminal } from '../terminal.ts';
import { examples } from './local-commands.ts';

/** Verbs about the command itself: contexts and completion. */
export function addContextCommands(program: Command, terminal: Terminal): void {
  program.commandsGroup('Set up this command:');
  const config = program.command('config').description('contexts: workers with the way to reach them, in the folder for configuration');
  const byName = [
    ['set-context', 'make or change a context from --url, --user, --password-from and --cacert', 'setContext'],
    ['use-context', 'make a context the current one', 'useContext'],
    ['delete-context', 'forget a context', 'deleteContext'],
  ] as const;
  for (const [verb, description, action] of byName) {
    config
      .command(verb)
      .description(description)
      .argument('<name>', 'name of the context')
      .addHelpText('after', examples(contextExamples[verb]))
      .action((name: string, _options: unknown, command: Command) =>
        runVerb(terminal, command, async (context) => (await import('../commands/contexts.ts'))[action](context, name)),
      );
  }
  config
    .command('get-contexts')
    .description('list the contexts')
    .addHelpText('after', examples(['config get-contexts']))
    .action((_options: unknown, command: Command) =>
      runVerb(terminal, command, async (context) => (await import('../commands/contexts.ts')).getContexts(context)),
    );

  program
    .command('completion')
    .description('print a script that completes verbs, options and names of connectors')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExamples:\n  source <(millrace completion bash)\n  millrace completion fish | source')
    .action(async (shell: Shell) => {
      const { completionScript } = await import('../commands/completion.ts');
      terminal.out(completionScript(program, shell));
    });
}

const contextExamples = {
  'set-context': [
    'config set-context local --url http://localhost:8083',
    'config set-context prod --url https://connect:8443 --user ops --password-from env:CONNECT_PASSWORD --cacert ca.pem',
  ],
  'use-context': ['config use-context prod'],
  'delete-context': ['config delete-context prod'],
} as const;
