import { ConfigException } from '@millrace/api';

const autoRestartKey = 'auto.restart.enabled';
const maxRestartsKey = 'auto.restart.max.restarts';

/** Whether a connector is restarted when something of it has failed. */
export interface AutoRestartSettings {
  readonly isEnabled: boolean;
  /** Restarts in a row; null for any number. */
  readonly maxRestarts: number | null;
}

type Config = Readonly<Record<string, string>>;

/** What a connector says, else what the worker says. @throws ConfigException if the connector's values are none */
export function autoRestartSettings(connectorConfig: Config, workerConfig: Config): AutoRestartSettings {
  const valueOf = (key: string): string | undefined => (connectorConfig[key] ?? workerConfig[key])?.trim();
  return { isEnabled: flag(valueOf(autoRestartKey) ?? 'false'), maxRestarts: limit(valueOf(maxRestartsKey) ?? '-1') };
}

function flag(text: string): boolean {
  const value = text.toLowerCase();
  if (value !== 'true' && value !== 'false') throw ConfigException.invalidValue(autoRestartKey, text, 'expected true or false');
  return value === 'true';
}

function limit(text: string): number | null {
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < -1) {
    throw ConfigException.invalidValue(maxRestartsKey, text, 'expected a whole number, or -1 for any number of restarts');
  }
  return value === -1 ? null : value;
}
