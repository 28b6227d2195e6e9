import { ClientExit, CommandError } from '../exit-codes.ts';
import type { ConnectClient } from './connect-client.ts';
import { overallState } from './connector-health.ts';
import { unknownConnector } from './unknown-connector.ts';

/** Which connectors a verb is about. */
export interface Selection {
  readonly names: readonly string[];
  /** Pattern that a whole name must match. */
  readonly regex?: string;
  /** State of the connector or of any of its tasks. */
  readonly state?: string;
}

/** Whether connectors were not named one by one. */
export function isBroad({ regex, state }: Selection): boolean {
  return regex !== undefined || state !== undefined;
}

/**
 * Names of the selected connectors, in the order in which they were named, else sorted.
 * @throws CommandError VALIDATION for no selection or a wrong pattern; RUNTIME for a name that is not there.
 */
export async function selectConnectors(client: ConnectClient, selection: Selection): Promise<string[]> {
  const { names, state } = selection;
  if (names.length === 0 && !isBroad(selection)) {
    throw new CommandError(ClientExit.VALIDATION, 'Which connectors?', { suggestion: 'Name them, or select with --regex or --state' });
  }
  const pattern = selection.regex === undefined ? null : compiled(selection.regex);
  const all = await client.expandedConnectors();
  const known = Object.keys(all).sort();
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined) throw unknownConnector(client.connection.url, missing, known);
  return (names.length > 0 ? names : known).filter((name) => {
    const status = all[name]?.status;
    const states = [overallState(status), status?.connector.state];
    return (pattern === null || pattern.test(name)) && (state === undefined || states.includes(state.toUpperCase()));
  });
}

function compiled(regex: string): RegExp {
  try {
    return new RegExp(`^(?:${regex})$`, 'u');
  } catch (error) {
    throw new CommandError(ClientExit.VALIDATION, `--regex ${regex} is no pattern: ${(error as Error).message}`, { cause: error });
  }
}
