import { ConnectException } from '@millrace/api';
import type { ClientProperties, KafkaTransport } from '@millrace/kafka';
import type { WorkerLog } from './log/worker-log.ts';

/** After this many milliseconds without an answer the log says what is waited for. */
const quietMs = 2000;

/**
 * The id of the cluster that the worker works with, which tells at once whether it can be reached.
 * @param properties those of the worker's own admin client
 * @throws ConnectException as Kafka Connect's worker does, with the reason, after `default.api.timeout.ms`
 */
export async function kafkaClusterId(transport: KafkaTransport, properties: ClientProperties, log: WorkerLog): Promise<string> {
  const admin = transport.admin(properties);
  const bootstrap = properties['bootstrap.servers'] ?? '';
  const notice = setTimeout(() => log.warn(`Waiting for Kafka at ${bootstrap}`), quietMs);
  try {
    return await admin.clusterId();
  } catch (error) {
    throw new ConnectException(
      `Failed to connect to and describe Kafka cluster ${bootstrap}. Check worker's broker connection and security properties: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    clearTimeout(notice);
    await admin.close();
  }
}
