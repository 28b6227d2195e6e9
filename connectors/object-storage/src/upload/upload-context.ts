import type { Logger } from '@millrace/api';
import type { ObjectStore, StoreCapabilities } from '../store/object-store.ts';
import type { SlabPool } from '../buffer/slab-pool.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { Semaphore } from './semaphore.ts';

/** What all uploads of a task share. */
export interface UploadContext {
  readonly store: ObjectStore;
  readonly capabilities: StoreCapabilities;
  readonly pool: SlabPool;
  readonly retry: RetryPolicy;
  /** Bounds the calls under way that carry bytes. */
  readonly semaphore: Semaphore;
  /** Bounds the closed files that are back in memory at a time: a part of each. */
  readonly finishing: Semaphore;
  readonly log: Logger;
  /** Fires when the task stops. */
  readonly signal: AbortSignal;
  /** Bytes after which a part is uploaded. */
  readonly partBytes: number;
  /** Whether an object that exists is kept; else it is replaced. */
  readonly conditional: boolean;
  /** Whether an object that was uploaded in parts is tagged with its last offset, which its metadata cannot hold. */
  readonly tagsEnd: boolean;
}
