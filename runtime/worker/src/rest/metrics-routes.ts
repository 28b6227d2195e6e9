import type { FastifyInstance } from 'fastify';
import { prometheusContentType } from '../metrics/prometheus-text.ts';

/** Metrics of the worker. */
export interface MetricsSource {
  /** All metrics of now as Prometheus text. */
  scrape(): Promise<string>;
}

/** `GET /metrics`, which Kafka Connect leaves to a JMX exporter. */
export function metricsRoutes(server: FastifyInstance, metrics: MetricsSource): void {
  server.get('/metrics', async (_request, reply) => {
    await reply.type(prometheusContentType).send(await metrics.scrape());
  });
}
