import { ConfigException } from '../errors/exceptions.ts';

/** The error about a required key that is not given. */
export function missingValue(name: string): ConfigException {
  return new ConfigException(`Missing required configuration "${name}" which has no default value.`, { configKey: name });
}
