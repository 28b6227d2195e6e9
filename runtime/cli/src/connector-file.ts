import { readFile } from 'node:fs/promises';
import { ConfigException } from '@millrace/api';
import { parseProperties, unreadable } from '@millrace/worker';

/** A connector as a file describes it. */
export interface ConnectorFile {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  /** `RUNNING`, `PAUSED` or `STOPPED`. */
  readonly initialState: string | null;
}

/**
 * Reads a connector file in any of Kafka Connect's forms: properties, a flat JSON map, or `{"name", "config", "initial_state"}`.
 * @throws ConfigException that names the file and what is wrong with it.
 */
export async function readConnectorFile(path: string): Promise<ConnectorFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const isJson = path.endsWith('.json') || text.trimStart().startsWith('{');
  return isJson ? fromJson(path, text) : named(path, parseProperties(text), null);
}

function fromJson(path: string, text: string): ConnectorFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigException(`${path} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isObject(json)) throw new ConfigException(`${path} must hold a JSON object, either a flat configuration or {"name", "config"}`);
  if (!isObject(json['config'])) return named(path, textValues(path, json), null);
  const { name, config, initial_state: state, ...unknown } = json;
  const [unknownField] = Object.keys(unknown);
  if (unknownField !== undefined) {
    throw new ConfigException(`${path} has the unknown field "${unknownField}"; known are name, config and initial_state`);
  }
  const values = textValues(path, config);
  const ownName = typeof name === 'string' ? { name } : {};
  return named(path, { ...values, ...ownName }, typeof state === 'string' ? state : null);
}

function textValues(path: string, config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (typeof value === 'object') throw new ConfigException(`${path}: the value of ${key} must be text, got ${JSON.stringify(value)}`);
      return [key, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}

function named(path: string, config: Readonly<Record<string, string>>, initialState: string | null): ConnectorFile {
  const name = config['name']?.trim();
  if (!name) throw new ConfigException(`${path} has no name: add the key "name" with the name of the connector`, { configKey: 'name' });
  return { name, config: { ...config, name }, initialState };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
