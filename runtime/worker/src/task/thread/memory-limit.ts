import { ConfigException } from '@millrace/api';
import type { TaskSpec } from '../task-services.ts';

const key = 'task.memory.max.mb';
/** Least heap, in MiB, with which a task can begin. */
const minMemoryMb = 16;

/** The heap, in MiB, that a thread may have: the connector's limit, else the worker's. @throws ConfigException if the connector's is none */
export function memoryLimitMb({ connectorConfig, workerConfig }: Pick<TaskSpec, 'connectorConfig' | 'workerConfig'>): number {
  const text = connectorConfig[key] ?? workerConfig[key] ?? '512';
  const limit = Number(text.trim());
  if (Number.isInteger(limit) && limit >= minMemoryMb) return limit;
  throw ConfigException.invalidValue(key, text, `expected a whole number of MiB, at least ${minMemoryMb}`);
}
