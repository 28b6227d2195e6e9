import type { FastifyInstance } from 'fastify';
import type { Herder } from '../herder/herder.ts';

/** What `GET /` tells of the worker. */
export interface WorkerVersion {
  /** The level of Kafka Connect that we speak. */
  readonly version: string;
  /** Millrace and its version. */
  readonly commit: string;
}

export function rootRoutes(server: FastifyInstance, herder: Herder, version: WorkerVersion): void {
  server.get('/', async () => ({ ...version, kafka_cluster_id: await herder.kafkaClusterId() }));

  server.get('/health', async () => {
    await herder.checkHealth();
    return { status: 'healthy', message: 'Worker has completed startup and is ready to handle requests.' };
  });
}
