import { setTimeout as pause } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { resourceLimits } from 'node:worker_threads';

/** Sockets that were closed take a few turns of the event loop to be gone. */
const looks = 10;
const pauseMs = 20;
/** Share of the heap's limit that a task may leave filled. */
const maxHeapShare = 0.25;

/**
 * In a thread: whether the task that ended leaves it as it found it, so that another may use it: no timer, no socket, no file under way, and
 * little on the heap.
 */
export async function isLeftClean(): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    if (!process.getActiveResourcesInfo().some((resource) => resource !== 'MessagePort')) return hasRoom();
    await pause(pauseMs);
  }
  return false;
}

function hasRoom(): boolean {
  const limitMb = resourceLimits.maxOldGenerationSizeMb ?? 0;
  return getHeapStatistics().used_heap_size < maxHeapShare * limitMb * 1024 * 1024;
}
