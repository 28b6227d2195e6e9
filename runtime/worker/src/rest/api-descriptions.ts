import { listOf, ref, type JsonSchema } from './api-schemas.ts';

/** What a route takes and gives. Errors are the same for all. */
export interface ApiDescription {
  readonly summary: string;
  /** Query parameters: what they do, and their schema if it is not text. */
  readonly query?: Readonly<Record<string, readonly [description: string, schema?: JsonSchema]>>;
  readonly body?: JsonSchema;
  /** By status; a schema is that of a JSON body, null means that there is none. */
  readonly answers: Readonly<Record<number, JsonSchema | null>>;
  /** Media type of the answers. Default: application/json. */
  readonly mediaType?: string;
}

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;
const changed = { 202: null } as const;

/** All routes of the REST API, by method and path. */
export const apiDescriptions: Readonly<Record<string, ApiDescription>> = {
  'GET /': { summary: 'Version of the worker and the Kafka cluster that it uses', answers: { 200: ref('ServerInfo') } },
  'GET /health': {
    summary: 'Whether the worker is started and answers (KIP-1017)',
    answers: { 200: ref('WorkerStatus'), 500: ref('WorkerStatus'), 503: ref('WorkerStatus') },
  },
  'GET /metrics': { summary: 'Metrics as Prometheus text', answers: { 200: text }, mediaType: 'text/plain' },
  'GET /openapi': { summary: 'This document', answers: { 200: { type: 'object' } } },

  'GET /connectors': {
    summary: 'Names of the connectors, or what is known of them',
    query: { expand: ['What to tell; may come twice.', { type: 'array', items: { type: 'string', enum: ['status', 'info'] } }] },
    answers: { 200: ref('ConnectorList') },
  },
  'POST /connectors': { summary: 'Create a connector', body: ref('CreateConnectorRequest'), answers: { 201: ref('ConnectorInfo') } },
  'GET /connectors/:name': { summary: 'A connector, its configuration and tasks', answers: { 200: ref('ConnectorInfo') } },
  'DELETE /connectors/:name': { summary: 'Delete a connector', answers: { 204: null } },
  'GET /connectors/:name/config': { summary: 'Configuration of a connector', answers: { 200: ref('ConnectorConfig') } },
  'PUT /connectors/:name/config': {
    summary: 'Create a connector or replace its configuration',
    body: ref('RawConfig'),
    answers: { 200: ref('ConnectorInfo'), 201: ref('ConnectorInfo') },
  },
  'PATCH /connectors/:name/config': {
    summary: 'Change keys of a configuration (KIP-477)',
    body: ref('ConfigPatch'),
    answers: { 200: ref('ConnectorInfo') },
  },
  'GET /connectors/:name/status': { summary: 'State of a connector and its tasks', answers: { 200: ref('ConnectorStateInfo') } },
  'GET /connectors/:name/tasks': { summary: 'Tasks of a connector and their configurations', answers: { 200: listOf('TaskInfo') } },
  'GET /connectors/:name/tasks/:task/status': { summary: 'State of a task', answers: { 200: ref('TaskState') } },
  'PUT /connectors/:name/pause': { summary: 'Pause a connector and its tasks', answers: changed },
  'PUT /connectors/:name/resume': { summary: 'Resume a paused or stopped connector', answers: changed },
  'PUT /connectors/:name/stop': { summary: 'Stop a connector and shut down its tasks (KIP-875)', answers: { 204: null } },
  'POST /connectors/:name/restart': {
    summary: 'Restart a connector, and its tasks if asked for (KIP-745)',
    query: { includeTasks: ['Restart tasks too.', flag], onlyFailed: ['Restart only what failed.', flag] },
    answers: { 202: ref('ConnectorStateInfo'), 204: null },
  },
  'POST /connectors/:name/tasks/:task/restart': { summary: 'Restart a task', answers: { 204: null } },
  'GET /connectors/:name/topics': { summary: 'Topics that a connector used (KIP-558)', answers: { 200: ref('ActiveTopicsInfo') } },
  'PUT /connectors/:name/topics/reset': { summary: 'Forget the topics that a connector used', answers: changed },
  'GET /connectors/:name/offsets': { summary: 'Offsets of a connector (KIP-875)', answers: { 200: ref('ConnectorOffsets') } },
  'PATCH /connectors/:name/offsets': {
    summary: 'Change offsets of a stopped connector',
    body: ref('ConnectorOffsets'),
    answers: { 200: ref('Message') },
  },
  'DELETE /connectors/:name/offsets': { summary: 'Remove all offsets of a stopped connector', answers: { 200: ref('Message') } },

  'GET /connector-plugins': {
    summary: 'Plug-ins that are installed',
    query: { connectorsOnly: ['false: also converters, transformations and predicates.', { type: 'boolean', default: true }] },
    answers: { 200: listOf('PluginInfo') },
  },
  'GET /connector-plugins/:plugin/config': {
    summary: 'Configuration keys of a plug-in (KIP-769)',
    query: { version: ['Version, or range of versions, that the plug-in must have.'] },
    answers: { 200: listOf('ConfigKeyInfo') },
  },
  'PUT /connector-plugins/:plugin/config/validate': {
    summary: 'Validate a configuration',
    body: ref('RawConfig'),
    answers: { 200: ref('ConfigInfos') },
  },

  'GET /admin/loggers': { summary: 'Loggers and their levels (KIP-495)', answers: { 200: ref('LoggerLevels') } },
  'GET /admin/loggers/:logger': { summary: 'Level of a logger', answers: { 200: ref('LoggerLevel') } },
  'PUT /admin/loggers/:logger': {
    summary: 'Set the level of a logger and those below it',
    query: { scope: ['worker, or cluster for all workers (KIP-976).', { type: 'string', enum: ['worker', 'cluster'], default: 'worker' }] },
    body: ref('SetLevelRequest'),
    answers: { 200: { type: 'array', items: text }, 204: null },
  },
  'GET /admin/logs': {
    summary: 'Latest log lines of a connector on this worker, one JSON object a line',
    query: {
      connector: ['Name of the connector; required.'],
      limit: ['How many lines.', { type: 'integer', minimum: 0, default: 100 }],
      follow: ['Go on with lines to come.', flag],
    },
    answers: { 200: text },
    mediaType: 'application/x-ndjson',
  },
};
