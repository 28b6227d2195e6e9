import type { Properties } from '@millrace/api';
import type { OffsetStore } from './offset-store.ts';

/** Opens the store that a configuration, with its references resolved, asks for; it is not started. */
export type OpenConnectorOffsets = (connector: string, config: Properties) => OffsetStore;

/** The offset stores of the connectors that run on a worker: one for all instances of a connector, as long as any of them is here. */
export class ConnectorOffsetStores {
  readonly #open: OpenConnectorOffsets;
  /** By connector, then by what of its configuration makes the store. */
  readonly #stores = new Map<string, Map<string, Promise<OffsetStore>>>();

  constructor(open: OpenConnectorOffsets) {
    this.#open = open;
  }

  /** The started store. @throws ConfigException, KafkaException if it cannot be used; the next call tries again */
  of(connector: string, config: Properties): Promise<OffsetStore> {
    const stores = this.#stores.get(connector) ?? new Map<string, Promise<OffsetStore>>();
    this.#stores.set(connector, stores);
    const key = JSON.stringify(Object.entries(config).filter(([name]) => name === 'offsets.storage.topic' || name.includes('.override.')));
    let started = stores.get(key);
    if (started === undefined) {
      started = this.#start(connector, config);
      stores.set(key, started);
      started.catch(() => stores.delete(key));
    }
    return started;
  }

  /** Stops the stores of a connector of which nothing runs here any more. Never rejects. */
  async release(connector: string): Promise<void> {
    const stores = [...(this.#stores.get(connector)?.values() ?? [])];
    this.#stores.delete(connector);
    // What could not be started has said so to who asked for it.
    await Promise.allSettled(stores.map(async (store) => (await store).stop()));
  }

  async #start(connector: string, config: Properties): Promise<OffsetStore> {
    const store = this.#open(connector, config);
    try {
      await store.start();
    } catch (error) {
      await store.stop().catch(() => undefined);
      throw error;
    }
    return store;
  }
}
