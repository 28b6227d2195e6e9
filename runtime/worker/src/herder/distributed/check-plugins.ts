import { ConnectException, type Logger } from '@millrace/api';

/**
 * The classes of all connectors must be here, or tasks of others would fail on this worker.
 * @param missing classes that are not installed here, by connector
 * @param options.force a warning will do
 * @throws ConnectException that names them
 */
export function checkPlugins(
  missing: ReadonlyMap<string, string>,
  { log, force }: { readonly log: Logger; readonly force: boolean },
): void {
  if (missing.size === 0) return;
  const list = Array.from(missing, ([name, className]) => `${name} (${className})`).join(', ');
  if (force) {
    log.warn(`Connectors of this cluster need classes that are not installed here and will fail if they come to this worker: ${list}`);
    return;
  }
  throw new ConnectException(
    `This worker does not join its cluster: connectors of the cluster need classes that are not installed here, and would fail on it: ${list}`,
    { code: 'connect.plugin.not_found', suggestion: 'Install the packages of these classes, or join all the same with --force' },
  );
}
