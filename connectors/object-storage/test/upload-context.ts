import { MemoryBudget, RetryPolicy, Semaphore, SlabPool, type UploadContext } from '../src/index.ts';
import { MemoryStore } from './memory-store.ts';

export const noLog = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

/** What uploads share, on a store in memory, without waits. */
export function uploadContext(changes: Partial<UploadContext> = {}): UploadContext & { readonly store: MemoryStore } {
  const store = new MemoryStore();
  const context: UploadContext = {
    store,
    capabilities: store.capabilities,
    pool: new SlabPool(new MemoryBudget(1_000_000)),
    retry: new RetryPolicy({ retries: 2, sleep: () => Promise.resolve() }),
    semaphore: new Semaphore(4),
    finishing: new Semaphore(4),
    log: noLog,
    signal: new AbortController().signal,
    partBytes: 10,
    conditional: true,
    tagsEnd: false,
    ...changes,
  };
  return { ...context, store };
}
