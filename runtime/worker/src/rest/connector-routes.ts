import type { FastifyInstance } from 'fastify';
import { NotFoundException } from '@millrace/api';
import {
  BadRequestException,
  type ConnectorInfo,
  type ConnectorStateInfo,
  type Herder,
  type RawConfig,
  type TargetState,
} from '../herder/herder.ts';
import { jsonText } from './json-text.ts';
import { configOf, objectBody, offsetsOf, refuseUnknown } from './request-body.ts';

interface ByName {
  Params: { readonly name: string };
}
interface ByTask {
  Params: { readonly name: string; readonly task: string };
}

const initialStates: Readonly<Record<string, TargetState>> = { RUNNING: 'STARTED', PAUSED: 'PAUSED', STOPPED: 'STOPPED' };

/** `/connectors` and all below it. */
export function connectorRoutes(server: FastifyInstance, herder: Herder, baseUrl: () => string): void {
  const location = (name: string): string => `${baseUrl()}/connectors/${encodeURIComponent(name).replaceAll('%2B', '+')}`;

  server.get<{ Querystring: { readonly expand?: string | string[] } }>('/connectors', async (request) => {
    const expand = [request.query.expand ?? []].flat();
    return expand.length === 0 ? herder.connectors() : expanded(herder, expand);
  });

  server.post('/connectors', async (request, reply) => {
    const { name, config, initialState } = createRequest(request.body);
    const { info } = await herder.putConnectorConfig(name, config, {
      allowReplace: false,
      ...(initialState === null ? {} : { initialState }),
    });
    await reply.code(201).header('location', location(name)).send(info);
  });

  server.get<ByName>('/connectors/:name', (request) => herder.connectorInfo(request.params.name));

  server.get<ByName>('/connectors/:name/config', (request) => herder.connectorConfig(request.params.name));

  server.put<ByName>('/connectors/:name/config', async (request, reply) => {
    const { name } = request.params;
    const config = withName(name, configOf(request.body, 'the connector configuration'));
    const { created, info } = await herder.putConnectorConfig(name, config, { allowReplace: true });
    if (created) void reply.code(201).header('location', location(name));
    return info;
  });

  server.patch<ByName>('/connectors/:name/config', async (request) => {
    const { name } = request.params;
    const patch = configOf(request.body, 'the keys to change');
    withName(name, patch);
    return (await herder.patchConnectorConfig(name, patch)).info;
  });

  server.delete<ByName>('/connectors/:name', async (request, reply) => {
    await herder.deleteConnector(request.params.name);
    await reply.code(204).send();
  });

  stateRoutes(server, herder);
  restartRoutes(server, herder);
  offsetRoutes(server, herder);
}

/** Offsets (KIP-875). */
function offsetRoutes(server: FastifyInstance, herder: Herder): void {
  server.get<ByName>('/connectors/:name/offsets', async (request, reply) => {
    const offsets = await herder.connectorOffsets(request.params.name);
    await reply.type('application/json').send(jsonText({ offsets }));
  });

  server.patch<ByName>('/connectors/:name/offsets', async (request) => ({
    message: await herder.alterConnectorOffsets(request.params.name, offsetsOf(request.body)),
  }));

  server.delete<ByName>('/connectors/:name/offsets', async (request) => ({
    message: await herder.resetConnectorOffsets(request.params.name),
  }));
}

/** What a connector does, and what it should do. */
function stateRoutes(server: FastifyInstance, herder: Herder): void {
  server.get<ByName>('/connectors/:name/status', (request) => herder.connectorStatus(request.params.name));

  server.get<ByName>('/connectors/:name/tasks', (request) => herder.taskInfos(request.params.name));

  server.get<ByTask>('/connectors/:name/tasks/:task/status', (request) =>
    herder.taskStatus(request.params.name, taskNumber(request.params.task)),
  );

  for (const [verb, state, code] of [
    ['pause', 'PAUSED', 202],
    ['resume', 'STARTED', 202],
    ['stop', 'STOPPED', 204],
  ] as const) {
    server.put<ByName>(`/connectors/:name/${verb}`, async (request, reply) => {
      await herder.setTargetState(request.params.name, state);
      await reply.code(code).send();
    });
  }

  server.get<ByName>('/connectors/:name/topics', async (request) => {
    const { name } = request.params;
    return { [name]: { topics: await herder.connectorTopics(name) } };
  });

  server.put<ByName>('/connectors/:name/topics/reset', async (request, reply) => {
    await herder.resetConnectorTopics(request.params.name);
    await reply.code(202).send();
  });
}

function restartRoutes(server: FastifyInstance, herder: Herder): void {
  server.post<ByTask>('/connectors/:name/tasks/:task/restart', async (request, reply) => {
    await herder.restartTask(request.params.name, taskNumber(request.params.task));
    await reply.code(204).send();
  });

  server.post<ByName & { Querystring: { readonly includeTasks?: string; readonly onlyFailed?: string } }>(
    '/connectors/:name/restart',
    async (request, reply) => {
      const { name } = request.params;
      const includeTasks = isTrue(request.query.includeTasks);
      const onlyFailed = isTrue(request.query.onlyFailed);
      if (!includeTasks && !onlyFailed) {
        await herder.restartConnector(name);
        await reply.code(204).send();
        return;
      }
      await reply.code(202).send(await herder.restartConnectorAndTasks(name, { includeTasks, onlyFailed }));
    },
  );
}

interface CreateRequest {
  readonly name: string;
  readonly config: RawConfig;
  readonly initialState: TargetState | null;
}

function createRequest(body: unknown): CreateRequest {
  const { name, config, initial_state: state, ...unknown } = objectBody(body, '"name" and "config"');
  refuseUnknown(unknown, 'a request to create a connector has name, config and initial_state');
  if (name !== undefined && typeof name !== 'string') throw new BadRequestException(`"name" must be text, got ${JSON.stringify(name)}`);
  const trimmed = (name ?? '').trim();
  return {
    name: trimmed,
    config: withName(trimmed, configOf(config, 'the keys of the connector under "config"')),
    initialState: initialStateOf(state),
  };
}

function initialStateOf(state: unknown): TargetState | null {
  if (state === undefined || state === null) return null;
  const target = typeof state === 'string' ? initialStates[state.toUpperCase()] : undefined;
  if (target === undefined) {
    throw new BadRequestException(`"initial_state" must be RUNNING, PAUSED or STOPPED, got ${JSON.stringify(state)}`);
  }
  return target;
}

/** The configuration with its name in it. @throws BadRequestException if it names another connector. */
function withName(name: string, config: RawConfig): RawConfig {
  const named = config['name'];
  if (named === undefined) return { ...config, name };
  if (named !== name) {
    throw new BadRequestException(`Connector name configuration (${named}) doesn't match connector name in the URL (${name})`);
  }
  return config;
}

/** @throws NotFoundException if this is no number: the address names nothing. */
function taskNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new NotFoundException('HTTP 404 Not Found');
  return Number(text);
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}

/** Connectors with what was asked for; what is not known of one yet is left out. */
async function expanded(herder: Herder, expand: readonly string[]): Promise<Record<string, unknown>> {
  const answer: [string, { readonly info?: ConnectorInfo; readonly status?: ConnectorStateInfo }][] = [];
  for (const name of await herder.connectors()) {
    try {
      const parts = {
        ...(expand.includes('status') ? { status: await herder.connectorStatus(name) } : {}),
        ...(expand.includes('info') ? { info: await herder.connectorInfo(name) } : {}),
      };
      answer.push([name, parts]);
    } catch (error) {
      if (!(error instanceof NotFoundException)) throw error;
    }
  }
  return Object.fromEntries(answer);
}
