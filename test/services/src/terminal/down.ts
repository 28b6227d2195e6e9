import { isRunning } from '../process/process-identity.ts';
import type { TerminalState } from './state.ts';

const LIMIT_MS = 90_000;

/** Has `pnpm services up` end, and waits for it. @throws Error when it does not end within 90 seconds. */
export async function down({ owner }: TerminalState): Promise<void> {
  process.kill(owner.pid, 'SIGTERM');
  const deadline = performance.now() + LIMIT_MS;
  while (await isRunning(owner)) {
    if (performance.now() > deadline) {
      throw new Error(`process ${owner.pid}, which holds the services, does not end: kill -9 ${owner.pid} ends all`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
