#!/usr/bin/env node
import { CommandError, explain } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
try {
  await createProgram(terminal).parseAsync();
} catch (error) {
  terminal.err(`millrace: ${explain(error)}`);
  process.exitCode = error instanceof CommandError ? error.exitCode : 2;
}
