import { ConfigException } from '@millrace/api';
import { EmbeddedKafka } from './embedded/embedded-kafka.ts';
import { EmbeddedLog } from './embedded/embedded-log.ts';
import type { ClientProperties, KafkaTransport } from './port.ts';

const key = 'bootstrap.servers';
const scheme = 'embedded:';

/** The embedded logs of a process by name, for those who are to meet in the same one. */
export class EmbeddedLogs {
  readonly #logs = new Map<string, EmbeddedLog>();

  /** The log of this name, created when it is first asked for. */
  get(name: string): EmbeddedLog {
    let log = this.#logs.get(name);
    if (log === undefined) {
      log = new EmbeddedLog();
      this.#logs.set(name, log);
    }
    return log;
  }
}

export interface OpenTransportOptions {
  /** Transports opened with the same object meet in the same embedded logs. Without it each has a log of its own. */
  readonly logs?: EmbeddedLogs;
}

/**
 * Opens the Kafka that `bootstrap.servers` names: `embedded:` or, to have several, `embedded:name` is a log in this process's memory.
 * @throws ConfigException for anything else
 */
export function openTransport(properties: ClientProperties, options: OpenTransportOptions = {}): KafkaTransport {
  const address = properties[key]?.trim() ?? '';
  if (address === '') throw new ConfigException(`Missing required configuration "${key}" which has no default value.`, { configKey: key });
  const name = embeddedName(address);
  return new EmbeddedKafka(options.logs?.get(name));
}

/** @throws ConfigException if the address is not that of a log in memory */
function embeddedName(address: string): string {
  if (!address.startsWith(scheme)) throw refused(address, 'this release has the embedded log only; real Kafka comes with a later one');
  const name = address.slice(scheme.length);
  if (/[/\\]|^[.~]/.test(name)) throw refused(address, 'this release keeps the embedded log in memory only; folders come with a later one');
  if (/[,:\s]/.test(name)) throw refused(address, 'the embedded log cannot be mixed with other addresses');
  return name;
}

function refused(address: string, reason: string): ConfigException {
  const suggestion = `Use ${key}=${scheme} for a log in this process's memory`;
  return ConfigException.invalidValue(key, address, `${reason}. ${suggestion}`, { suggestion });
}
