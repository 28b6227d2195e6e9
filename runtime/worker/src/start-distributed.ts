import type { DistributedOptions, DistributedWorker } from './distributed.ts';

export type { DistributedOptions, DistributedWorker };

/**
 * Starts a worker of a cluster: REST first, since others have to know its address, then the internal topics and the group. What only a
 * cluster needs is loaded now, so that a standalone worker starts without it.
 * @throws ConfigException or ConnectException when it cannot start; what was started before is closed then
 */
export async function startDistributed(options: DistributedOptions): Promise<DistributedWorker> {
  const distributed = await import('./distributed.ts');
  return distributed.startDistributed(options);
}
