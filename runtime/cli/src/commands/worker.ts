import { containStrayErrors, openWorkerLog, readPropertiesFile, startDistributed, type LogFormat } from '@millrace/worker';
import { CommandError, ExitCode, orExit } from '../exit-codes.ts';
import { ownPluginFolders } from '../installed-plugins.ts';
import { shutdownSignal, startedUnlessStopped } from '../shutdown.ts';

export interface WorkerCommandOptions {
  readonly logFormat?: LogFormat;
  /** Joins although classes of the cluster's connectors are not installed here. */
  readonly force?: boolean;
}

/**
 * `millrace worker`: one worker of a cluster, until a signal comes. As Kafka's `connect-distributed`.
 * @throws CommandError START_UP if it cannot start, USAGE if it cannot go on, as a JVM worker ends then
 */
export async function worker(file: string, { logFormat, force }: WorkerCommandOptions): Promise<void> {
  const { log, close } = openWorkerLog(process.stderr, { format: logFormat ?? 'text' });
  const letStrayErrors = containStrayErrors(log);
  const crashed = crash();
  const stopped = shutdownSignal();
  const properties = await orExit(ExitCode.START_UP, () => readPropertiesFile(file));
  const starting = orExit(ExitCode.START_UP, () =>
    startDistributed({
      properties: { ...properties, ...(logFormat === undefined ? {} : { 'log.format': logFormat }) },
      pluginFolders: ownPluginFolders(),
      log,
      onCrash: crashed.report,
      ...(force === undefined ? {} : { force }),
    }),
  );
  const running = await startedUnlessStopped(starting, stopped);
  if (running === null) {
    log.info(`Stopping on ${await stopped}, before the worker has started`);
    await close();
    process.exit(ExitCode.OK);
  }
  log.info(`Kafka Connect worker started, REST at ${running.url}`);
  try {
    const end = await Promise.race([stopped, crashed.error]);
    if (typeof end !== 'string') throw new CommandError(ExitCode.USAGE, `The worker cannot go on: ${end.message}`, { cause: end });
    log.info(`Stopping on ${end}`);
  } finally {
    await running.stop();
    letStrayErrors();
    await close();
  }
}

/** The first error after which a worker cannot go on. */
function crash(): { readonly report: (error: unknown) => void; readonly error: Promise<Error> } {
  let report: (error: unknown) => void = () => undefined;
  const error = new Promise<Error>((resolve) => {
    report = (cause) => resolve(cause instanceof Error ? cause : new Error(String(cause)));
  });
  return { report: (cause) => report(cause), error };
}
