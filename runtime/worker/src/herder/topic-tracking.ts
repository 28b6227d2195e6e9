import { ConnectRestException } from './rest-exceptions.ts';

type WorkerConfig = Readonly<Record<string, string>>;

/** Whether topics that connectors use are known here (KIP-558). @throws ConnectRestException 403 if `topic.tracking.enable` is false */
export function ensureTopicTracking(workerConfig: WorkerConfig): void {
  if (!isEnabled(workerConfig, 'topic.tracking.enable')) throw new ConnectRestException(403, 'Topic tracking is disabled.');
}

/** @throws ConnectRestException 403 if topics are not tracked or `topic.tracking.allow.reset` is false */
export function ensureTopicReset(workerConfig: WorkerConfig): void {
  ensureTopicTracking(workerConfig);
  if (!isEnabled(workerConfig, 'topic.tracking.allow.reset')) throw new ConnectRestException(403, 'Topic tracking reset is disabled.');
}

function isEnabled(workerConfig: WorkerConfig, key: 'topic.tracking.enable' | 'topic.tracking.allow.reset'): boolean {
  return (workerConfig[key] ?? 'true').trim().toLowerCase() === 'true';
}
