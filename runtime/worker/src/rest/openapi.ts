import { STATUS_CODES } from 'node:http';
import { apiDescriptions, type ApiDescription } from './api-descriptions.ts';
import { apiSchemas, ref, type JsonSchema } from './api-schemas.ts';

/** A route as the router knows it: `/connectors/:name`. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** What the document tells of the worker. */
export interface ApiFacts {
  readonly url: string;
  readonly version: string;
  /** Whether there is basic authentication. */
  readonly isSecured: boolean;
}

/** An OpenAPI 3.1 document of routes. A route that nobody described is in it with its address alone. */
export function openApiDocument(routes: readonly Route[], { url, version, isSecured }: ApiFacts): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const { method, path } of routes) {
    const template = path.replaceAll(/:(\w+)/g, '{$1}');
    const description = apiDescriptions[`${method} ${path}`] ?? { summary: '', answers: {} };
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation(method, path, description) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Kafka Connect REST API of Millrace',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    ...(isSecured ? { security: [{ basic: [] }] } : {}),
    paths,
    components: { schemas: apiSchemas, ...(isSecured ? { securitySchemes: { basic: { type: 'http', scheme: 'basic' } } } : {}) },
  };
}

function operation(method: string, path: string, description: ApiDescription): JsonSchema {
  const { summary, query = {}, body, answers, mediaType = 'application/json' } = description;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'task' ? { type: 'integer', minimum: 0 } : { type: 'string' },
  }));
  const inQuery = Object.entries(query).map(([name, [text, schema = { type: 'string' }]]) => ({
    name,
    in: 'query',
    description: text,
    schema,
  }));
  return {
    summary,
    operationId: operationId(method, path),
    tags: [path.split('/')[1] || 'worker'],
    ...(inPath.length + inQuery.length === 0 ? {} : { parameters: [...inPath, ...inQuery] }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, schema]) => [status, answer(status, schema, mediaType)])),
      default: { description: 'An error', content: { 'application/json': { schema: ref('ErrorMessage') } } },
    },
  };
}

function answer(status: string, schema: JsonSchema | null, mediaType: string): JsonSchema {
  return { description: STATUS_CODES[status] ?? status, ...(schema === null ? {} : { content: { [mediaType]: { schema } } }) };
}

/** `getConnectorsNameTasksTaskStatus`: unique because method and path are. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== '');
  return [method.toLowerCase(), ...words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))].join('');
}
