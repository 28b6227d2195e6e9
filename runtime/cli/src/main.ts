#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ClientExit, CommandError, ExitCode, explain } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
const program = createProgram(terminal);
const verb = process.argv.slice(2).find((word) => program.commands.some((command) => command.name() === word)) ?? '';
// Whoever read the output has gone, as `head` does. A worker goes on without; for every other verb nothing is left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (!['quickstart', 'standalone', 'worker'].includes(verb)) process.exit();
});
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed what is wrong. Verbs of Kafka Connect keep its code for it.
    const isOfKafka = ['standalone', 'worker'].includes(verb);
    process.exitCode = error.exitCode === 0 ? ExitCode.OK : isOfKafka ? ExitCode.USAGE : ClientExit.VALIDATION;
  } else {
    terminal.err(`millrace: ${explain(error)}`);
    process.exitCode = error instanceof CommandError ? error.exitCode : ExitCode.START_UP;
  }
}
