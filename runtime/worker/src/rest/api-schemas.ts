/** A JSON schema, as OpenAPI 3.1 has them (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Refers to one of {@link apiSchemas}. */
export function ref(name: keyof typeof apiSchemas): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A list of one of {@link apiSchemas}. */
export function listOf(name: keyof typeof apiSchemas): JsonSchema {
  return { type: 'array', items: ref(name) };
}

const text = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const nullableText = { type: ['string', 'null'] } as const;
const texts = { type: 'array', items: text } as const;
const inComponents = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** An object that has these properties and, unless they are named as optional, must have them. */
function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  };
}

const connectorType = { type: 'string', enum: ['source', 'sink', 'unknown'] } as const;
const state = { type: 'string', enum: ['UNASSIGNED', 'RUNNING', 'PAUSED', 'FAILED', 'DESTROYED', 'RESTARTING', 'STOPPED'] } as const;
const instance = {
  state: inComponents('State'),
  worker_id: { ...text, description: 'host:port of the worker that runs it.' },
  version: { ...text, description: 'Version of the plug-in that runs.' },
  trace: { ...text, description: 'Stack trace of the failure.' },
};
const taskId = object({ connector: text, task: { ...integer, minimum: 0 } });

/** What the REST API takes and gives, by the names of Kafka Connect's own classes. */
export const apiSchemas = {
  ErrorMessage: object({ error_code: { ...integer, description: 'The HTTP status.' }, message: text }),
  ServerInfo: object({
    version: { ...text, description: 'Level of Kafka Connect that the worker speaks.' },
    commit: { ...text, description: 'Millrace and its version.' },
    kafka_cluster_id: text,
  }),
  WorkerStatus: object({ status: { type: 'string', enum: ['healthy', 'starting', 'unhealthy'] }, message: text }),
  State: state,
  ConnectorTaskId: taskId,
  ConnectorConfig: { type: 'object', additionalProperties: text },
  RawConfig: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    description: 'Numbers and booleans count as their text.',
  },
  ConfigPatch: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    description: 'Keys to set; null removes a key.',
  },
  CreateConnectorRequest: object(
    {
      name: text,
      config: inComponents('RawConfig'),
      initial_state: { type: ['string', 'null'], description: 'RUNNING (default), PAUSED or STOPPED, in any case.' },
    },
    ['name', 'initial_state'],
  ),
  ConnectorInfo: object({
    name: text,
    config: inComponents('ConnectorConfig'),
    tasks: { type: 'array', items: inComponents('ConnectorTaskId') },
    type: connectorType,
  }),
  ConnectorState: object(instance, ['version', 'trace']),
  TaskState: object({ id: { ...integer, minimum: 0 }, ...instance }, ['version', 'trace']),
  AutoRestart: object({
    count: { ...integer, minimum: 1, description: 'Restarts in a row.' },
    last_restart: { ...text, format: 'date-time' },
    next_restart: { ...text, format: 'date-time', description: 'Not before this time is the next one, should it still be needed.' },
  }),
  ConnectorStateInfo: object(
    {
      name: text,
      connector: inComponents('ConnectorState'),
      tasks: { type: 'array', items: inComponents('TaskState') },
      type: connectorType,
      auto_restart: { ...inComponents('AutoRestart'), description: 'Present when it was restarted because something of it had failed.' },
    },
    ['auto_restart'],
  ),
  ConnectorList: {
    oneOf: [
      texts,
      {
        type: 'object',
        additionalProperties: object({ status: inComponents('ConnectorStateInfo'), info: inComponents('ConnectorInfo') }, [
          'status',
          'info',
        ]),
      },
    ],
    description: 'Names, or with `expand` an object by name.',
  },
  TaskInfo: object({ id: inComponents('ConnectorTaskId'), config: inComponents('ConnectorConfig') }),
  ActiveTopicsInfo: { type: 'object', additionalProperties: object({ topics: texts }) },
  ConnectorOffset: object({
    partition: { type: ['object', 'null'], description: 'A partition of the source, or `kafka_topic` and `kafka_partition` of a sink.' },
    offset: { type: ['object', 'null'], description: 'An offset of the source, or `kafka_offset` of a sink; null removes it.' },
  }),
  ConnectorOffsets: object({ offsets: { type: 'array', items: inComponents('ConnectorOffset') } }),
  Message: object({ message: text }),
  PluginInfo: object({ class: text, type: text, version: nullableText }),
  ConfigKeyInfo: object({
    name: text,
    type: text,
    required: { type: 'boolean' },
    default_value: nullableText,
    importance: text,
    documentation: text,
    group: nullableText,
    order_in_group: integer,
    width: text,
    display_name: text,
    dependents: texts,
  }),
  ConfigValueInfo: object({
    name: text,
    value: nullableText,
    recommended_values: texts,
    errors: texts,
    visible: { type: 'boolean' },
  }),
  ConfigInfos: object({
    name: text,
    error_count: { ...integer, minimum: 0, description: 'Number of messages in `errors` of all values.' },
    groups: texts,
    configs: {
      type: 'array',
      items: object({ definition: { oneOf: [inComponents('ConfigKeyInfo'), { type: 'null' }] }, value: inComponents('ConfigValueInfo') }),
    },
  }),
  LoggerLevel: object({ level: text, last_modified: { type: ['integer', 'null'], description: 'Milliseconds since 1970.' } }),
  LoggerLevels: { type: 'object', additionalProperties: inComponents('LoggerLevel') },
  SetLevelRequest: { type: 'object', properties: { level: text }, required: ['level'] },
} as const satisfies Readonly<Record<string, JsonSchema>>;
