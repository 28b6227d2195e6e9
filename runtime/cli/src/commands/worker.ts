import { parseDistributedConfig, readPropertiesFile } from '@millrace/worker';
import { CommandError, ExitCode, orExit } from '../exit-codes.ts';

/**
 * `millrace worker`: a worker of a cluster. The properties are checked in full; then it says that clusters cannot be run yet.
 * @throws CommandError START_UP, always.
 */
export async function worker(file: string): Promise<void> {
  await orExit(ExitCode.START_UP, async () => parseDistributedConfig(await readPropertiesFile(file)));
  throw new CommandError(ExitCode.START_UP, `${file} is valid, but this version runs no clusters of workers`, {
    suggestion: 'Run one worker with millrace standalone',
  });
}
