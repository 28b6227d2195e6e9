import type { StoredStatus } from '../storage/status-store.ts';
import type { StateInfo } from './herder.ts';

/** A status as REST shows it: what is not known is left out. */
export function stateInfo({ state, workerId, trace, version }: StoredStatus): StateInfo {
  return {
    state,
    worker_id: workerId,
    ...(trace === undefined ? {} : { trace }),
    ...(version === undefined ? {} : { version }),
  };
}
