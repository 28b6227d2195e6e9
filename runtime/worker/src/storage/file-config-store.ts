import { ConnectException } from '@millrace/api';
import type { TargetState } from '../task/task-services.ts';
import type { ConfigStore, StoredConfig, StoredConnector } from './config-store.ts';
import { DurableFile } from './durable-file.ts';

/** Connectors in one file, which each change replaces as a whole; see {@link DurableFile}. */
export class FileConfigStore implements ConfigStore {
  readonly #path: string;
  readonly #file: DurableFile;
  readonly #connectors = new Map<string, StoredConnector>();

  constructor(path: string) {
    this.#path = path;
    this.#file = new DurableFile({
      path,
      kind: 'connectors',
      label: path,
      withoutIt: 'start without connectors',
      lines: () => this.#connectors.values(),
    });
  }

  async start(): Promise<readonly StoredConnector[]> {
    const stored = (await this.#file.read()) as StoredConnector[];
    for (const connector of stored) this.#connectors.set(connector.name, connector);
    return stored;
  }

  async stop(): Promise<void> {
    await this.#file.settled();
  }

  async putConnector(name: string, { config, passwordKeys }: StoredConfig, targetState: TargetState | null): Promise<void> {
    const state = targetState ?? this.#connectors.get(name)?.targetState ?? 'STARTED';
    this.#connectors.set(name, { name, config, passwordKeys, targetState: state });
    await this.#save(name);
  }

  async putTargetState(name: string, targetState: TargetState): Promise<void> {
    const connector = this.#connectors.get(name);
    if (connector === undefined) return;
    this.#connectors.set(name, { ...connector, targetState });
    await this.#save(name);
  }

  async deleteConnector(name: string): Promise<void> {
    if (this.#connectors.delete(name)) await this.#save(name);
  }

  async #save(name: string): Promise<void> {
    try {
      await this.#file.save();
    } catch (error) {
      throw new ConnectException(
        `The change of connector ${name} is in force, but a restart would lose it: ${this.#path} cannot be written: ${(error as Error).message}`,
        { cause: error, suggestion: 'Make room or mend the permissions, and repeat the request' },
      );
    }
  }
}
