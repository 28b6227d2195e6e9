import type { Logger } from '@millrace/api';
import type { ObjectStore } from '../store/object-store.ts';
import { storeErrorOf } from '../store/store-error.ts';

/** Which open uploads count as left behind. */
export interface OrphanOptions {
  /** What their keys begin with. */
  readonly prefix: string;
  /** Milliseconds since the epoch; what was begun later may belong to a task that still runs. */
  readonly begunBefore: number;
}

/**
 * Aborts uploads that crashed tasks left behind: nobody else does, and they cost as much as objects. What fails is told in the log only,
 * since no record depends on it.
 * @returns how many were aborted
 */
export async function abortOrphans(store: ObjectStore, log: Logger, { prefix, begunBefore }: OrphanOptions): Promise<number> {
  let count = 0;
  try {
    for (const upload of await store.listUploads(prefix)) {
      if (upload.initiatedAt >= begunBefore) continue;
      await store.abort(upload);
      count += 1;
    }
  } catch (error) {
    log.warn(`looking for uploads under ${prefix} that were left behind failed`, { error: storeErrorOf(error).message });
  }
  return count;
}
