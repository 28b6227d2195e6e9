import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Properties } from '@millrace/api';
import { BadRequestException, type ClusterHerder } from '../herder/herder.ts';
import { configOf, rawBodyOf } from './request-body.ts';

interface ByName {
  Params: { readonly name: string };
}

const signature = 'x-connect-authorization';
const algorithm = 'x-connect-request-signature-algorithm';

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
  const headers = request.headers as Readonly<Record<string, string | undefined>>;
  herder.checkInternalRequest({ signature: headers[signature], algorithm: headers[algorithm] }, Buffer.from(rawBodyOf(request)));
}

function taskConfigsOf(body: unknown): Properties[] {
  if (!Array.isArray(body)) throw new BadRequestException('The request body must be a JSON array of task configurations');
  return body.map((config) => configOf(config, 'a task configuration') as Properties);
}
