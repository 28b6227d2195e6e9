import { parentPort, workerData } from 'node:worker_threads';
import type { SourceMap } from '@millrace/api';
import { openTransport } from '@millrace/kafka';
import { sharedClientProperties } from '../../config/client-shared.ts';
import { registryOf } from '../../plugins/located-plugins.ts';
import { systemClock } from '../clock.ts';
import { TaskRun } from '../task-run.ts';
import type { TaskServices } from '../task-services.ts';
import { Channel } from './channel.ts';
import { fromPortable, toPortable } from './portable.ts';
import { beatIntervalMs, SharedCells } from './shared-cells.ts';
import { onStandardInputWanted } from './standard-input.ts';
import type { TaskAssignment, TaskThreadControl, TaskThreadData, TaskThreadServices } from './task-thread-contract.ts';
import { isLeftClean } from './thread-leftovers.ts';
import { threadLog } from './thread-logger.ts';

/** Time, in milliseconds, that a task has to release what it holds after an error that nobody caught. */
const releaseTimeoutMs = 5000;

// The program of a thread that a task has for itself. Its own connections to Kafka are opened here; of the worker it has only messages.
const { plugins, cells: buffer } = workerData as TaskThreadData;
const cells = new SharedCells(buffer);
cells.beat();
setInterval(() => cells.beat(), beatIntervalMs).unref();

const registry = registryOf(plugins);
/** The task that has the thread now. */
let current: { readonly run: TaskRun; readonly main: Channel<TaskThreadServices, TaskThreadControl> } | null = null;
let hasStandardInput = false;

function onStrayError(error: unknown): void {
  // Left behind by a task that is gone, whose thread this is no more.
  if (current === null) process.exit(1);
  current.run.fail(error);
  setTimeout(() => process.exit(1), releaseTimeoutMs).unref();
}
process.on('uncaughtException', onStrayError);
process.on('unhandledRejection', onStrayError);
onStandardInputWanted(() => {
  hasStandardInput = true;
  current?.main.tell('standardInputWanted');
});

function servicesOver(main: Channel<TaskThreadServices, TaskThreadControl>, onFailure: () => void): TaskServices {
  return {
    status: (status) => {
      if (status.state === 'FAILED') onFailure();
      main.tell('status', status);
    },
    metrics: (metrics) => main.tell('metrics', metrics),
    log: threadLog(cells, (...line) => main.tell('log', ...line)),
    readOffsets: async (partitions) =>
      (await main.call('readOffsets', partitions.map(toPortable))).map(fromPortable) as (SourceMap | null)[],
    writeOffsets: (offsets) =>
      main.call(
        'writeOffsets',
        offsets.map(([partition, offset]) => [toPortable(partition), toPortable(offset)] as const),
      ),
    topicUsed: (topic) => main.tell('topicUsed', topic),
  };
}

/** Runs a task to its end. A thread whose task failed, was cut off or left something behind ends with it. */
async function runTask({ spec, port }: TaskAssignment): Promise<void> {
  let hasFailed = false;
  const main = new Channel<TaskThreadServices, TaskThreadControl>(port, {
    setTargetState: (state) => void running.then((run) => run.state.set(state)),
    stop: (drain) => void running.then((run) => run.state.stop(drain)),
    cancel: () => void running.then((run) => run.cancel()),
  });
  const services = servicesOver(main, () => {
    hasFailed = true;
  });
  const opening = openTransport(sharedClientProperties(spec.workerConfig), { warn: (message) => services.log('warn', message, {}) });
  const running = opening.then((transport) => new TaskRun(spec, services, { plugins: registry, transport, clock: systemClock }));
  const run = await running;
  current = { run, main };
  await run.execute();
  await (await opening).close();
  const isFree = !hasFailed && !run.state.isCancelled && !hasStandardInput && (await isLeftClean());
  current = null;
  main.tell('finished', isFree);
  // Whatever timers and sockets the plug-in left behind end with the thread.
  if (!isFree) process.exit(0);
  main.close();
  port.close();
}

parentPort?.on('message', (assignment: TaskAssignment) => {
  runTask(assignment).catch((error: unknown) => {
    // A worker's properties that no client can be made of: the reason goes the way of an error of the thread.
    queueMicrotask(() => {
      process.off('uncaughtException', onStrayError);
      throw error;
    });
  });
});
