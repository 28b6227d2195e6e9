import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigException } from '@millrace/api';
import { EmbeddedKafka } from './embedded/embedded-kafka.ts';
import { EmbeddedLog } from './embedded/embedded-log.ts';
import type { ClientProperties, KafkaTransport } from './port.ts';

const key = 'bootstrap.servers';
const scheme = 'embedded:';

interface SharedLog {
  readonly log: EmbeddedLog;
  users: number;
}

/**
 * The embedded logs of a process by name or folder, for those who are to meet in the same one. A log in memory stays as long as this object, one
 * in a folder until its last user lets go of it.
 */
export class EmbeddedLogs {
  readonly #logs = new Map<string, SharedLog>();

  /** A connection to the log of this name, which `open` creates when it is first asked for. */
  connect(name: string, open: () => EmbeddedLog): EmbeddedKafka {
    let shared = this.#logs.get(name);
    if (shared === undefined) {
      shared = { log: open(), users: 0 };
      this.#logs.set(name, shared);
    }
    shared.users += 1;
    const { log } = shared;
    return new EmbeddedKafka(log, () => this.#release(name, shared));
  }

  async #release(name: string, shared: SharedLog): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0 || shared.log.isVolatile) return;
    this.#logs.delete(name);
    await shared.log.close();
  }
}

export interface OpenTransportOptions {
  /** Transports opened with the same object meet in the same embedded logs. Without it each has a log of its own. */
  readonly logs?: EmbeddedLogs;
  /** Hears what was found damaged in a log’s folder, and what goes wrong with it in the background. */
  readonly warn?: (message: string) => void;
}

/**
 * Opens the Kafka that `bootstrap.servers` names: `embedded:` or, to have several, `embedded:name` is a log in this process's memory,
 * `embedded:/some/folder` one in a folder; anything else are addresses of brokers, to which nothing connects yet.
 * @throws ConfigException if the properties cannot be right, ConnectException if the folder is in use by another process or damaged
 */
export async function openTransport(properties: ClientProperties, options: OpenTransportOptions = {}): Promise<KafkaTransport> {
  const address = properties[key]?.trim() ?? '';
  if (address === '') throw new ConfigException(`Missing required configuration "${key}" which has no default value.`, { configKey: key });
  if (!address.startsWith(scheme)) return openBrokers(properties);
  const logs = options.logs ?? new EmbeddedLogs();
  const folder = embeddedFolder(address);
  if (folder === null) return logs.connect(embeddedName(address), () => new EmbeddedLog());
  const { warn } = options;
  // Whoever keeps the log in memory does not load what files need.
  const { DiskStorage } = await import('./embedded/disk/disk-storage.ts');
  const open = (): EmbeddedLog => new EmbeddedLog({ storage: new DiskStorage({ folder, ...(warn === undefined ? {} : { warn }) }) });
  return logs.connect(`folder ${folder}`, open);
}

/**
 * The folder, as an absolute path, that an address names; null if it is none of a log in a folder.
 * A folder has a slash in its name or begins with a dot or a tilde, which is the home folder.
 * @throws ConfigException if it is one of several addresses
 */
export function embeddedFolder(address: string): string | null {
  const text = address.trim();
  const path = text.slice(scheme.length).trim();
  if (!text.startsWith(scheme) || !/[/\\]|^[.~]/.test(path)) return null;
  if (path.includes(',')) throw refused(address, 'the embedded log cannot be mixed with other addresses, and its folder has no comma');
  return resolve(/^~(?=$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path);
}

/** Whoever uses the embedded log does not load the client of real brokers. */
async function openBrokers(properties: ClientProperties): Promise<KafkaTransport> {
  if ((properties[key] ?? '').includes(scheme)) {
    throw refused(properties[key] as string, 'the embedded log cannot be mixed with other addresses');
  }
  const { KafkaJsTransport } = await import('./kafkajs/kafkajs-transport.ts');
  return new KafkaJsTransport(properties);
}

/** @throws ConfigException if the address is not that of a log in memory */
function embeddedName(address: string): string {
  const name = address.slice(scheme.length);
  if (/[,:\s]/.test(name)) throw refused(address, 'the embedded log cannot be mixed with other addresses');
  return name;
}

function refused(address: string, reason: string): ConfigException {
  const suggestion = `Use ${key}=${scheme} for a log in this process's memory, ${key}=${scheme}/some/folder for one on disk`;
  return ConfigException.invalidValue(key, address, `${reason}. ${suggestion}`, { suggestion });
}
