import type { Properties, SinkTask, SourceTask } from '@millrace/api';
import { architecture, type ContractCase } from '../contract-case.ts';
import { demand } from '../contract-violation.ts';
import { openHandles } from '../handle-watch.ts';
import { SinkRun, sinkRecords } from '../sink-run.ts';
import { SourceRun } from '../source-run.ts';
import type { Subject } from '../subject.ts';

const readMore = architecture('promise 6');
const mostTasks = 8;

async function configsBy(subject: Subject): Promise<Map<number, Properties[]>> {
  const connector = await subject.startConnector();
  const byMost = new Map<number, Properties[]>();
  for (let most = 1; most <= mostTasks; most++) {
    byMost.set(most, await subject.inTime(`taskConfigs(${most})`, connector.taskConfigs(most)));
  }
  return byMost;
}

/** Starts the first task and gives it a little work. */
async function workingTask(subject: Subject): Promise<SourceTask | SinkTask> {
  if (subject.plugin.kind === 'source') {
    await subject.source.produce(0, 3);
    const run = await SourceRun.start(subject);
    await run.commit(await run.take(3));
    return run.task;
  }
  const run = await SinkRun.start(subject);
  await run.put(sinkRecords(subject, 0, 3));
  await run.preCommit();
  return run.task;
}

/** How connector and tasks start, split their work and stop. */
export const lifecycleCases: readonly ContractCase[] = [
  {
    id: 'tasks-bounded',
    name: `taskConfigs(n) gives at most n configurations, for n from 1 to ${mostTasks}`,
    kind: 'both',
    readMore: architecture('Plug-ins'),
    async run(subject) {
      for (const [most, configs] of await configsBy(subject)) {
        demand(configs.length <= most, () => `taskConfigs(${most}) gives ${configs.length} configurations`);
      }
    },
  },
  {
    id: 'tasks-present',
    name: 'taskConfigs gives at least one configuration',
    kind: 'both',
    readMore: architecture('Plug-ins'),
    async run(subject) {
      for (const [most, configs] of await configsBy(subject)) demand(configs.length > 0, () => `taskConfigs(${most}) is empty`);
    },
  },
  {
    id: 'tasks-plain',
    name: 'the configurations of tasks are plain objects of strings, so that they can be stored and sent',
    kind: 'both',
    readMore: architecture('Plug-ins'),
    async run(subject) {
      for (const config of [...(await configsBy(subject)).values()].flat()) {
        const other = Object.entries(config).find(([, value]) => typeof value !== 'string');
        demand(other === undefined, () => `The value of ${other?.[0]} is no string but ${typeof other?.[1]}`);
      }
    },
  },
  {
    id: 'connector-stop',
    name: 'a connector can be stopped twice, and before its start',
    kind: 'both',
    readMore,
    async run(subject) {
      const started = await subject.startConnector();
      await subject.inTime('stop of the connector', started.stop());
      await subject.inTime('second stop of the connector', started.stop());
      await subject.inTime('stop of a connector that was not started', (await subject.newConnector()).stop());
    },
  },
  {
    id: 'task-stop-unstarted',
    name: 'a task can be stopped before its start',
    kind: 'both',
    readMore,
    async run(subject) {
      const Task = (await subject.newConnector()).taskClass() as new () => SourceTask | SinkTask;
      await subject.inTime('stop of a task that was not started', new Task().stop());
    },
  },
  {
    id: 'task-stop-twice',
    name: 'a working task stops in time, and a second stop does nothing',
    kind: 'both',
    readMore,
    async run(subject) {
      const task = await workingTask(subject);
      await subject.inTime('stop of a working task', task.stop());
      await subject.inTime('second stop of a task', task.stop());
    },
  },
  {
    id: 'no-handle-left',
    name: 'after their stop connector and task hold no timer, file, socket or process',
    kind: 'both',
    readMore: architecture('promise 7'),
    async run(subject) {
      const left = await openHandles(async () => {
        const connector = await subject.startConnector();
        const task = await workingTask(subject);
        await subject.inTime('stop of the task', task.stop());
        await subject.inTime('stop of the connector', connector.stop());
        await subject.close();
      });
      // A handle may take a moment to close after it was told to.
      const deadline = performance.now() + 1000;
      while (left().length > 0 && performance.now() < deadline) {
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      demand(left().length === 0, () => `Still open: ${left().join(', ')}`);
    },
  },
];
