import type { FastifyInstance } from 'fastify';
import { withDeadline, type Health, type Herder } from '../herder/herder.ts';

/** Time, in milliseconds, after which a herder without an answer counts as unhealthy, as in Kafka Connect. */
const HEALTH_TIMEOUT_MS = 10_000;

const statusCodes: Readonly<Record<Health['status'], number>> = { healthy: 200, starting: 503, unhealthy: 500 };

/** What `GET /` tells of the worker. */
export interface WorkerVersion {
  /** The level of Kafka Connect that we speak. */
  readonly version: string;
  /** Millrace and its version. */
  readonly commit: string;
}

export function rootRoutes(server: FastifyInstance, herder: Herder, version: WorkerVersion): void {
  server.get('/', async () => ({ ...version, kafka_cluster_id: await herder.kafkaClusterId() }));

  server.get('/health', async (_request, reply) => {
    const health = await healthOf(herder);
    await reply.code(statusCodes[health.status]).send(health);
  });
}

async function healthOf(herder: Herder): Promise<Health> {
  try {
    const check = { stage: 'checking its health', timeoutMs: HEALTH_TIMEOUT_MS, run: () => herder.checkHealth() };
    return await withDeadline(check);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      status: 'unhealthy',
      message: `Worker was unable to handle this request and may be unable to handle other requests. ${message}`,
    };
  }
}
