import { ConfigException } from '@millrace/api';
import {
  containStrayErrors,
  openWorkerLog,
  readPropertiesFile,
  startStandalone,
  type LogFormat,
  type StandaloneWorker,
  type TargetState,
} from '@millrace/worker';
import { readConnectorFile, type ConnectorFile } from '../connector-file.ts';
import { ExitCode, orExit } from '../exit-codes.ts';
import { ownPluginFolders } from '../installed-plugins.ts';
import { shutdownSignal, startedUnlessStopped } from '../shutdown.ts';

export interface StandaloneCommandOptions {
  /** Use the log inside the worker, whatever `bootstrap.servers` says. */
  readonly embedded?: boolean;
  readonly logFormat?: LogFormat;
}

const initialStates: Readonly<Record<string, TargetState>> = { RUNNING: 'STARTED', PAUSED: 'PAUSED', STOPPED: 'STOPPED' };

/** `millrace standalone`: one worker with the connectors of the files, until a signal comes. As Kafka's `connect-standalone`. */
export async function standalone(workerFile: string, connectorFiles: readonly string[], options: StandaloneCommandOptions): Promise<void> {
  const { log, close } = openWorkerLog(process.stderr, { format: options.logFormat ?? 'text' });
  const letStrayErrors = containStrayErrors(log);
  const stopped = shutdownSignal();
  const properties = await orExit(ExitCode.START_UP, () => workerProperties(workerFile, options));
  const connectors = await orExit(ExitCode.CONNECTOR, () => Promise.all(connectorFiles.map(readFile)));
  const replacedConnectors = connectors.map(({ name }) => name);
  const starting = orExit(ExitCode.START_UP, () =>
    startStandalone({ properties, pluginFolders: ownPluginFolders(), log, replacedConnectors }),
  );
  const worker = await startedUnlessStopped(starting, stopped);
  if (worker === null) {
    log.info(`Stopping on ${await stopped}, before the worker has started`);
    await close();
    process.exit(ExitCode.OK);
  }
  log.info(`Kafka Connect worker started, REST at ${worker.url}`);
  try {
    await Promise.race([orExit(ExitCode.CONNECTOR, () => createAll(worker, connectors)), stopped]);
    log.info(`Stopping on ${await stopped}`);
  } finally {
    await worker.stop();
    letStrayErrors();
    await close();
  }
}

async function workerProperties(file: string, { embedded, logFormat }: StandaloneCommandOptions): Promise<Record<string, string>> {
  const properties = await readPropertiesFile(file);
  const isEmbedded = properties['bootstrap.servers']?.trim().startsWith('embedded:') === true;
  return {
    ...properties,
    // A log in a folder is one inside the worker too.
    ...(embedded === true && !isEmbedded ? { 'bootstrap.servers': 'embedded:' } : {}),
    ...(logFormat === undefined ? {} : { 'log.format': logFormat }),
  };
}

/** A connector that is to be created. */
interface NewConnector extends Pick<ConnectorFile, 'name' | 'config'> {
  readonly file: string;
  readonly state: TargetState;
}

async function readFile(file: string): Promise<NewConnector> {
  const { name, config, initialState } = await readConnectorFile(file);
  const state = initialState === null ? 'STARTED' : initialStates[initialState.toUpperCase()];
  if (state === undefined) throw new ConfigException(`${file}: initial_state must be RUNNING, PAUSED or STOPPED, got ${initialState}`);
  return { name, config, file, state };
}

async function createAll(worker: StandaloneWorker, connectors: readonly NewConnector[]): Promise<void> {
  for (const connector of connectors) await createConnector(worker, connector);
}

async function createConnector({ herder }: StandaloneWorker, { name, config, file, state }: NewConnector): Promise<void> {
  try {
    await herder.putConnectorConfig(name, config, { allowReplace: false, initialState: state });
    await herder.awaitStart(name);
  } catch (error) {
    throw new ConfigException(`Creating connector ${name} of ${file} failed: ${(error as Error).message}`, { cause: error });
  }
}
