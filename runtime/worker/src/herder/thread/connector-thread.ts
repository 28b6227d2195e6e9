import { parentPort, workerData } from 'node:worker_threads';
import type { SourceMap } from '@millrace/api';
import { registryOf } from '../../plugins/located-plugins.ts';
import { Channel, type Port } from '../../task/thread/channel.ts';
import { fromPortable, toPortable } from '../../task/thread/portable.ts';
import { toPortableError } from '../../task/thread/portable-error.ts';
import { beatIntervalMs, SharedCells } from '../../task/thread/shared-cells.ts';
import { onStandardInputWanted } from '../../task/thread/standard-input.ts';
import { threadLog } from '../../task/thread/thread-logger.ts';
import { taskLogger } from '../../task/task-logger.ts';
import { askAboutOffsets } from '../connector-host.ts';
import { ConnectorValidator } from '../connector-validation.ts';
import { RunningConnector, type ConnectorServices } from '../running-connector.ts';
import type { ConnectorThreadControl, ConnectorThreadData, ConnectorThreadServices } from './connector-thread-contract.ts';
import { fromPortableQuestion } from './portable-question.ts';

// The program of a thread in which the instance of a connector runs, and in which configurations are checked.
const { plugins: located, workerConfig, cells: buffer } = workerData as ConnectorThreadData;
const plugins = registryOf(located);
const cells = new SharedCells(buffer);
cells.beat();
setInterval(() => cells.beat(), beatIntervalMs).unref();

const unwanted = new AbortController();
let running: RunningConnector | null = null;

const main = new Channel<ConnectorThreadServices, ConnectorThreadControl>(parentPort as Port, {
  check: async (props, distributed) => {
    const outcome = await validator(distributed).check(props, unwanted.signal);
    return 'error' in outcome ? { ...outcome, error: toPortableError(outcome.error) } : outcome;
  },
  pluginConfig: (name, version) => validator(false).pluginConfig(name, version),
  alterOffsets: (question) => askAboutOffsets(fromPortableQuestion(question, plugins)),
  start: async ({ type, className, config, graceMs }) => {
    running = await RunningConnector.start(plugins.get([type], className), config, services, { signal: unwanted.signal, graceMs });
    process.on('uncaughtException', (error) => running?.fail(error));
    process.on('unhandledRejection', (error) => running?.fail(error));
  },
  unwant: () => unwanted.abort(),
  taskConfigs: async (maxTasks) => (await running?.taskConfigs(maxTasks, unwanted.signal)) ?? [],
  stop: async () => running?.stop(),
});
onStandardInputWanted(() => main.tell('standardInputWanted'));

const services: ConnectorServices = {
  status: (status) => main.tell('status', status),
  log: threadLog(cells, (...line) => main.tell('log', ...line)),
  readOffsets: async (partitions) => (await main.call('readOffsets', partitions.map(toPortable))).map(fromPortable) as (SourceMap | null)[],
  requestTaskReconfiguration: () => main.tell('requestTaskReconfiguration'),
};

function validator(distributed: boolean): ConnectorValidator {
  return new ConnectorValidator({ plugins, workerConfig, distributed, log: taskLogger(services) });
}
