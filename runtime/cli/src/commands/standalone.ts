import { ConfigException } from '@millrace/api';
import {
  openWorkerLog,
  readPropertiesFile,
  startStandalone,
  type LogFormat,
  type StandaloneWorker,
  type TargetState,
} from '@millrace/worker';
import { readConnectorFile } from '../connector-file.ts';
import { ExitCode, orExit } from '../exit-codes.ts';
import { ownPluginFolders } from '../installed-plugins.ts';
import { shutdownSignal } from '../shutdown.ts';

export interface StandaloneCommandOptions {
  /** Use the log inside the worker, whatever `bootstrap.servers` says. */
  readonly embedded?: boolean;
  readonly logFormat?: LogFormat;
}

const initialStates: Readonly<Record<string, TargetState>> = { RUNNING: 'STARTED', PAUSED: 'PAUSED', STOPPED: 'STOPPED' };

/** `millrace standalone`: one worker with the connectors of the files, until a signal comes. As Kafka's `connect-standalone`. */
export async function standalone(workerFile: string, connectorFiles: readonly string[], options: StandaloneCommandOptions): Promise<void> {
  const { log, close } = openWorkerLog(process.stderr, { format: options.logFormat ?? 'text' });
  const stopped = shutdownSignal();
  const worker = await orExit(ExitCode.START_UP, async () => {
    const properties = await readPropertiesFile(workerFile);
    const bootstrap = options.embedded === true ? { 'bootstrap.servers': 'embedded:' } : {};
    const logFormat = options.logFormat === undefined ? {} : { 'log.format': options.logFormat };
    return startStandalone({ properties: { ...properties, ...bootstrap, ...logFormat }, pluginFolders: ownPluginFolders(), log });
  });
  log.info(`Kafka Connect worker started, REST at ${worker.url}`);
  try {
    for (const file of connectorFiles) await orExit(ExitCode.CONNECTOR, () => createConnector(worker, file));
    log.info(`Stopping on ${await stopped}`);
  } finally {
    await worker.stop();
    await close();
  }
}

async function createConnector({ herder }: StandaloneWorker, file: string): Promise<void> {
  const { name, config, initialState } = await readConnectorFile(file);
  const state = initialState === null ? 'STARTED' : initialStates[initialState.toUpperCase()];
  if (state === undefined) throw new ConfigException(`${file}: initial_state must be RUNNING, PAUSED or STOPPED, got ${initialState}`);
  try {
    await herder.putConnectorConfig(name, config, { allowReplace: false, initialState: state });
    await herder.awaitStart(name);
  } catch (error) {
    throw new ConfigException(`Creating connector ${name} of ${file} failed: ${(error as Error).message}`, { cause: error });
  }
}
