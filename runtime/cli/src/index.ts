/**
 * The `millrace` command as a library: its command tree, for tests and for tools that bring their own terminal.
 *
 * @module
 */
export { CommandError, ExitCode } from './exit-codes.ts';
export { createProgram } from './program.ts';
export { processTerminal, type Terminal } from './terminal.ts';
