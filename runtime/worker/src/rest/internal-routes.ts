import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Properties } from '@millrace/api';
import { BadRequestException, signatureHeaders, type ClusterHerder } from '../herder/herder.ts';
import { configOf, rawBodyOf } from './request-body.ts';

interface ByName {
  Params: { readonly name: string };
}

/** What workers of a cluster ask of each other (KIP-507): `org.apache.kafka.connect.runtime.rest.resources.InternalClusterResource`. */
export function internalRoutes(server: FastifyInstance, herder: ClusterHerder): void {
  server.post<ByName>('/connectors/:name/tasks', async (request, reply) => {
    check(herder, request);
    await herder.takeTaskConfigs(request.params.name, taskConfigsOf(request.body));
    await reply.code(204).send();
  });

  server.put<ByName>('/connectors/:name/fence', async (request, reply) => {
    check(herder, request);
    await herder.fenceZombies(request.params.name);
    await reply.code(204).send();
  });
}

/** @throws BadRequestException, ConnectRestException unless another worker of the cluster has signed the request */
function check(herder: ClusterHerder, request: FastifyRequest): void {
  herder.checkInternalRequest(signatureHeaders(request.headers), Buffer.from(rawBodyOf(request)));
}

function taskConfigsOf(body: unknown): Properties[] {
  if (!Array.isArray(body)) throw new BadRequestException('The request body must be a JSON array of task configurations');
  return body.map((config) => configOf(config, 'a task configuration') as Properties);
}
