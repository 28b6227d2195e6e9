import { ClientExit, CommandError } from '../exit-codes.ts';
import { closest } from '../output/closest.ts';

/** Says that a worker has no connector of this name, and which of those that it has may be meant. */
export function unknownConnector(url: string, name: string, known: readonly string[]): CommandError {
  const near = closest(name, known);
  return new CommandError(ClientExit.RUNTIME, `There is no connector ${name} at ${url}`, {
    suggestion: near === null ? 'List those that are there with millrace get connectors' : `Did you mean ${near}?`,
  });
}
