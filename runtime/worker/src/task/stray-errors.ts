import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from '@millrace/api';
import { messageOf } from './error-message.ts';
import { traceOf } from './trace.ts';

/** Whoever has to answer for the code of a plug-in that runs in the worker's own thread. */
export interface StrayErrorOwner {
  /** Takes an error that no call of the plug-in gave: of a timer, or of a promise that nobody awaited. */
  fail(error: unknown): void;
}

const owners = new AsyncLocalStorage<StrayErrorOwner>();
/** To know the owner costs every promise a little, which is wasted where nobody asks. */
let isAsked = false;

/** Runs code of a plug-in: errors that stray from it, now or later, are its owner's. */
export function ownedBy<T>(owner: StrayErrorOwner, run: () => T): T {
  return isAsked ? owners.run(owner, run) : run();
}

/**
 * Keeps the process alive when an error strays: the connector or task it strayed from fails, everybody else goes on. Invariant 7. For programs that
 * are nothing but a worker; an application with a worker in it has rules of its own.
 * @param log hears of errors whose owner is not known
 * @returns what ends this
 */
export function containStrayErrors(log: Logger): () => void {
  const contain = (error: unknown): void => {
    const owner = owners.getStore();
    if (owner === undefined) log.error(`An error that nobody caught: ${messageOf(error)}`, { error: traceOf(error) });
    else owner.fail(error);
  };
  isAsked = true;
  process.on('uncaughtException', contain);
  process.on('unhandledRejection', contain);
  return () => {
    isAsked = false;
    process.off('uncaughtException', contain);
    process.off('unhandledRejection', contain);
  };
}
