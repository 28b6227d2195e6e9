import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addClientCommands } from './program/client-commands.ts';
import { addContextCommands } from './program/context-commands.ts';
import { addGlobalOptions } from './program/global-options.ts';
import { addLocalCommands } from './program/local-commands.ts';
import { addWorkerCommands } from './program/worker-commands.ts';
import type { Terminal } from './terminal.ts';

/** The command tree. Commands are loaded when they run, so that help costs nothing. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('millrace')
    .description('Kafka Connect for the Node world: workers, connectors and a quickstart, and a client for any Connect worker.')
    .version(packageVersion(), '-v, --version')
    .showHelpAfterError('(millrace --help shows how it is meant)')
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.err(text.replace(/\n$/, '')),
    })
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .helpCommand(false)
    .addHelpText('after', rootHelp);
  addGlobalOptions(program);
  addWorkerCommands(program, terminal);
  addLocalCommands(program, terminal);
  addClientCommands(program, terminal, packageVersion());
  addContextCommands(program, terminal);
  return program;
}

const rootHelp = `
Examples:
  millrace quickstart                                a worker with records flowing, in a second
  millrace get connectors                            what runs on the worker, and what does not
  millrace validate -f orders.yaml                   check a connector without any worker
  millrace apply -f connect.d --wait 60s             make connectors as the files of a folder say
  millrace get connectors -o json | jq .result       for scripts

Exit codes: 0 done, 1 the worker refused or it failed, 2 the command or a configuration is wrong, 3 the worker cannot be reached.
worker and standalone have those of Kafka Connect: 1 wrong usage, 2 the worker could not start, 3 a connector could not be created.`;

function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
