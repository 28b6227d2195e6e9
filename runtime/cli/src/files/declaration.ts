import { ClientExit, CommandError } from '../exit-codes.ts';

/** A connector as a file wants it to be. */
export interface Declaration {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  /** State that it should have; null: whatever it has, running for a new one. */
  readonly state: DeclaredState | null;
  /** File and place in it, for messages. */
  readonly source: string;
}

export type DeclaredState = 'RUNNING' | 'PAUSED' | 'STOPPED';

type Fields = Readonly<Record<string, unknown>>;

const states: readonly string[] = ['RUNNING', 'PAUSED', 'STOPPED'];
const requestFields = ['name', 'config', 'initial_state', 'state'];
const listFields = ['name', 'class', 'tasksMax', 'state', 'config', 'version', 'pause'];
const manifestFields = ['class', 'tasksMax', 'state', 'config', 'version', 'pause', 'autoRestart'];

/**
 * The connectors that a parsed document declares, in any of the forms: `{name, config}`, a configuration with its name in it, a list of
 * these, `connectors: [{name, class, tasksMax, state, config}]`, or a `KafkaConnector` manifest of Strimzi.
 * @throws CommandError VALIDATION that names the place and what is wrong.
 */
export function declarations(document: unknown, source: string): Declaration[] {
  if (Array.isArray(document)) return document.flatMap((item, index) => declarations(item, `${source}[${index}]`));
  const fields = fieldsOf(document, source, 'a connector or a list of connectors');
  if (fields['kind'] !== undefined) return [fromManifest(fields, source)];
  if (Array.isArray(fields['connectors'])) {
    onlyKnown(fields, ['connectors', 'apiVersion', 'version'], source);
    return fields['connectors'].map((item, index) => fromListItem(item, `${source}: connectors[${index}]`));
  }
  if (isFields(fields['config'])) return [fromRequest(fields, source)];
  return [declaration({ name: fields['name'], config: fields, state: null, source })];
}

function fromRequest(fields: Fields, source: string): Declaration {
  onlyKnown(fields, requestFields, source);
  const config = fieldsOf(fields['config'], source, 'the keys of the connector under "config"');
  return declaration({ name: fields['name'] ?? config['name'], config, state: fields['state'] ?? fields['initial_state'], source });
}

function fromListItem(item: unknown, source: string): Declaration {
  const fields = fieldsOf(item, source, 'name, class and config');
  onlyKnown(fields, listFields, source);
  return fromSpec(fields['name'], fields, source);
}

function fromManifest(fields: Fields, source: string): Declaration {
  if (fields['kind'] !== 'KafkaConnector') {
    throw wrong(source, `a manifest of kind ${String(fields['kind'])} declares no connector`, 'Its kind must be KafkaConnector');
  }
  const metadata = fieldsOf(fields['metadata'], source, 'the name of the connector under "metadata"');
  const spec = fieldsOf(fields['spec'], source, 'class and config under "spec"');
  onlyKnown(spec, manifestFields, `${source}: spec`);
  return fromSpec(metadata['name'], spec, source);
}

/** Strimzi's fields: class, number of tasks and version stand beside the configuration. */
function fromSpec(name: unknown, spec: Fields, source: string): Declaration {
  const config = fieldsOf(spec['config'] ?? {}, source, 'the keys of the connector under "config"');
  const beside = {
    ...(spec['class'] === undefined ? {} : { 'connector.class': spec['class'] }),
    ...(spec['tasksMax'] === undefined ? {} : { 'tasks.max': spec['tasksMax'] }),
    ...(spec['version'] === undefined ? {} : { 'connector.plugin.version': spec['version'] }),
  };
  const state = spec['state'] ?? (spec['pause'] === true ? 'PAUSED' : null);
  return declaration({ name, config: { ...beside, ...config }, state, source });
}

function declaration(parts: { name: unknown; config: Fields; state: unknown; source: string }): Declaration {
  const { source } = parts;
  const name = typeof parts.name === 'string' ? parts.name.trim() : '';
  if (name === '') throw wrong(source, 'the connector has no name', 'Add "name" with the name of the connector');
  const config = Object.fromEntries(Object.entries(parts.config).map(([key, value]) => [key, textOf(key, value, source)]));
  const inner = config['name'];
  if (inner !== undefined && inner !== name) {
    throw wrong(source, `the connector has two names, ${name} and ${inner}`, 'Give it one, or leave "name" out of its configuration');
  }
  return { name, config: { ...config, name }, state: stateOf(parts.state, source), source };
}

function stateOf(state: unknown, source: string): DeclaredState | null {
  if (state === undefined || state === null) return null;
  const upper = typeof state === 'string' ? state.toUpperCase() : '';
  if (states.includes(upper)) return upper as DeclaredState;
  throw wrong(source, `the state ${JSON.stringify(state)} is unknown`, 'It is running, paused or stopped');
}

function textOf(key: string, value: unknown, source: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw wrong(source, `the value of ${key} must be text, got ${JSON.stringify(value)}`, 'Lists are written with commas');
}

function onlyKnown(fields: Fields, known: readonly string[], source: string): void {
  const unknown = Object.keys(fields).find((field) => !known.includes(field));
  if (unknown !== undefined) throw wrong(source, `the field "${unknown}" is unknown`, `Known are ${known.join(', ')}`);
}

function fieldsOf(value: unknown, source: string, what: string): Fields {
  if (isFields(value)) return value;
  const found = value === null || value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  throw wrong(source, `expected ${what}, found ${found}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(source: string, message: string, suggestion?: string): CommandError {
  return new CommandError(ClientExit.VALIDATION, `${source}: ${message}`, suggestion === undefined ? {} : { suggestion });
}
