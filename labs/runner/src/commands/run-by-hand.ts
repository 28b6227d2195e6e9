import type { Lab } from '../format/lab.ts';
import type { LabSession } from '../play/lab-session.ts';
import { describeAccess } from './describe-access.ts';
import type { LabTerminal } from './progress.ts';

/** A lab that is open for a person in another terminal. */
export interface ByHandOptions {
  readonly lab: Lab;
  readonly session: LabSession;
  readonly terminal: LabTerminal;
  readonly signal: AbortSignal;
}

/** Saves the files of a lab and waits until it is interrupted; the person types all commands in another terminal. */
export async function runByHand({ lab, session, terminal, signal }: ByHandOptions): Promise<void> {
  for (const part of lab.sections.flatMap(({ parts }) => parts)) if (part.kind === 'file') await session.save(part);
  terminal.write(`${describeAccess(session)}\nThen type what ${lab.file} says. Ctrl-C here ends everything.\n`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
