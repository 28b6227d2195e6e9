import { parentPort, workerData } from 'node:worker_threads';
import type { SourceMap } from '@millrace/api';
import { openTransport } from '@millrace/kafka';
import { sharedClientProperties } from '../../config/client-shared.ts';
import { registryOf } from '../../plugins/located-plugins.ts';
import { systemClock } from '../clock.ts';
import { TaskRun } from '../task-run.ts';
import type { TaskServices } from '../task-services.ts';
import { Channel, type Port } from './channel.ts';
import { fromPortable, toPortable } from './portable.ts';
import { beatIntervalMs, SharedCells } from './shared-cells.ts';
import { onStandardInputWanted } from './standard-input.ts';
import type { TaskThreadControl, TaskThreadData, TaskThreadServices } from './task-thread-contract.ts';
import { threadLog } from './thread-logger.ts';

/** Time, in milliseconds, that a task has to release what it holds after an error that nobody caught. */
const releaseTimeoutMs = 5000;

// The program of the thread that a task has for itself. Its own connections to Kafka are opened here; of the worker it has only messages.
const { spec, plugins, cells: buffer } = workerData as TaskThreadData;
const cells = new SharedCells(buffer);
cells.beat();
setInterval(() => cells.beat(), beatIntervalMs).unref();

const main = new Channel<TaskThreadServices, TaskThreadControl>(parentPort as Port, {
  setTargetState: (state) => run.state.set(state),
  stop: (drain) => run.state.stop(drain),
  cancel: () => run.cancel(),
});
onStandardInputWanted(() => main.tell('standardInputWanted'));

const services: TaskServices = {
  status: (status) => main.tell('status', status),
  metrics: (metrics) => main.tell('metrics', metrics),
  log: threadLog(cells, (...line) => main.tell('log', ...line)),
  readOffsets: async (partitions) => (await main.call('readOffsets', partitions.map(toPortable))).map(fromPortable) as (SourceMap | null)[],
  writeOffsets: (offsets) =>
    main.call(
      'writeOffsets',
      offsets.map(([partition, offset]) => [toPortable(partition), toPortable(offset)] as const),
    ),
  topicUsed: (topic) => main.tell('topicUsed', topic),
};
const transport = await openTransport(sharedClientProperties(spec.workerConfig), { warn: (message) => services.log('warn', message, {}) });
const run = new TaskRun(spec, services, { plugins: registryOf(plugins), transport, clock: systemClock });

function onStrayError(error: unknown): void {
  run.fail(error);
  setTimeout(() => process.exit(1), releaseTimeoutMs).unref();
}
process.on('uncaughtException', onStrayError);
process.on('unhandledRejection', onStrayError);

await run.execute();
await transport.close();
main.tell('finished');
// Whatever timers and sockets the plug-in left behind end with the thread.
process.exit(0);
