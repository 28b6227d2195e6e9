import type { DeclaredState, Declaration } from '../files/declaration.ts';
import { overallState } from './connector-health.ts';
import type { ConnectClient, Config, ExpandedConnector } from './connect-client.ts';

/** A key that a declaration adds, changes or removes. Secrets are hidden. */
export interface KeyChange {
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What has to be done that a connector is as declared. */
export interface PlannedChange {
  readonly declaration: Declaration;
  readonly action: 'create' | 'update' | 'unchanged';
  readonly keys: readonly KeyChange[];
  /** State to go to, from the one it is in; null if it is in it, or none is declared. */
  readonly state: { readonly from: string; readonly to: DeclaredState } | null;
}

const hidden = '[hidden]';
const secretNames = /password|secret|token|credential|passphrase|sasl\.jaas|private\.?key|api\.?key|access\.?key/i;

/** Compares declarations with what the worker has. Changes nothing. */
export async function plan(client: ConnectClient, declarations: readonly Declaration[]): Promise<PlannedChange[]> {
  const existing = await client.expandedConnectors();
  const secrets = new Map<string, Promise<ReadonlySet<string>>>();
  return Promise.all(
    declarations.map(async (declaration) => {
      const { name, config } = declaration;
      const found = existing[name];
      const current = found === undefined ? null : await client.findConfig(name);
      if (current === null) return { declaration, action: 'create', keys: [], state: null } satisfies PlannedChange;
      const className = config['connector.class'] ?? '';
      const passwords = secrets.get(className) ?? passwordKeys(client, className);
      secrets.set(className, passwords);
      const keys = keyChanges(current, config, await passwords);
      const state = stateChange(found, declaration.state);
      return { declaration, action: keys.length > 0 || state !== null ? 'update' : 'unchanged', keys, state } satisfies PlannedChange;
    }),
  );
}

/** Keys whose values nobody may see. A class that the worker does not know has none that are known. */
async function passwordKeys(client: ConnectClient, className: string): Promise<ReadonlySet<string>> {
  if (className === '') return new Set();
  const keys = await client.pluginConfig(className).catch(() => []);
  return new Set(keys.filter(({ type }) => type === 'PASSWORD').map(({ name }) => name));
}

function keyChanges(current: Config, wanted: Config, passwords: ReadonlySet<string>): KeyChange[] {
  const shown = (key: string, value: string | undefined): string | null => {
    if (value === undefined) return null;
    const isSecret = (passwords.has(key) || secretNames.test(key)) && !/^\$\{[^}]+\}$/.test(value);
    return isSecret ? hidden : value;
  };
  return [...new Set([...Object.keys(current), ...Object.keys(wanted)])]
    .filter((key) => key !== 'name' && current[key] !== wanted[key])
    .sort()
    .map((key) => ({ key, from: shown(key, current[key]), to: shown(key, wanted[key]) }));
}

function stateChange(found: ExpandedConnector | undefined, wanted: DeclaredState | null): PlannedChange['state'] {
  if (wanted === null) return null;
  const from = found?.status?.connector.state ?? overallState(found?.status);
  const isThere = from === wanted || (wanted === 'RUNNING' && (from === 'FAILED' || from === 'UNASSIGNED' || from === 'RESTARTING'));
  return isThere ? null : { from, to: wanted };
}
