import {
  ConnectDate,
  ConnectDecimal,
  ConnectHeaders,
  ConnectTime,
  ConnectTimestamp,
  type BigDecimal,
  type Field,
  type Header,
  NullPointerException,
  Schema,
  SchemaBuilder,
  type SchemaType,
  schemaTypeOf,
  Struct,
} from '@millrace/api';
import { decodeSchema, decodeValue, encodeHeaders, encodeSchema, encodeValue } from '../codec.ts';
import type { Components, VectorCase } from '../component.ts';
import { encodeError } from '../runner.ts';

/** One call of a script: the method's name and its arguments. */
type Call = readonly [string, ...unknown[]];

/** A script builds a schema; a closing question asks the built one. */
function runSchemaBuilder({ input }: VectorCase): unknown {
  const [first, ...calls] = input as Call[];
  let builder = startBuilder(first as Call);
  for (const call of calls) {
    const [method, argument] = call;
    if (method in questions) return questions[method]?.(builder.build(), argument);
    builder = applyCall(builder, call);
  }
  return encodeSchema(builder.build());
}

function startBuilder([method, first, second]: Call): SchemaBuilder {
  switch (method) {
    case 'array':
      return SchemaBuilder.array(decodeSchema(first) as Schema);
    case 'map':
      return SchemaBuilder.map(decodeSchema(first) as Schema, decodeSchema(second) as Schema);
    case 'decimal':
      return ConnectDecimal.builder(first as number);
    case 'date':
      return ConnectDate.builder();
    case 'time':
      return ConnectTime.builder();
    case 'timestamp':
      return ConnectTimestamp.builder();
    default:
      return new SchemaBuilder(first as SchemaType);
  }
}

function applyCall(builder: SchemaBuilder, [method, first, second]: Call): SchemaBuilder {
  switch (method) {
    case 'optional':
      return builder.optional();
    case 'required':
      return builder.required();
    case 'default':
      return builder.defaultValue(decodeValue(first, builder.build()));
    case 'name':
      return builder.name(first as string);
    case 'version':
      return builder.version(first as number);
    case 'doc':
      return builder.doc(first as string);
    case 'parameter':
      return builder.parameter(first as string, second as string);
    case 'field':
      return builder.field(first as string, decodeSchema(second) as Schema);
    default:
      throw new Error(`unknown call ${method}`);
  }
}

const questions: Readonly<Record<string, (schema: Schema, argument: unknown) => unknown>> = {
  keySchema: (schema) => encodeSchema(schema.keySchema),
  valueSchema: (schema) => encodeSchema(schema.valueSchema),
  fields: (schema) => schema.fields.length,
  fieldNamed: (schema, name) => encodeSchema(schema.field(name as string)?.schema ?? null),
  toString: (schema: Schema) => schema.toString(),
  equals: (schema, other) => schema === decodeSchema(other),
};

/** Runs every step, also after one that failed. */
function runSteps(script: unknown, step: (call: Call) => unknown): unknown[] {
  return (script as Call[]).map((call) => {
    try {
      return { ok: step(call) ?? null };
    } catch (error) {
      return { error: encodeError(error) };
    }
  });
}

function runStruct({ config, input }: VectorCase): unknown {
  const struct = new Struct(decodeSchema(config) as Schema);
  return runSteps(input, (call) => structStep(struct, call));
}

function structStep(struct: Struct, [method, name, value]: Call): unknown {
  const field = typeof name === 'string' ? struct.schema.field(name) : null;
  switch (method) {
    case 'put':
      struct.put(name as string, decodeValue(value, field?.schema ?? null));
      return null;
    case 'putField':
      struct.put(field as Field, decodeValue(value, field?.schema ?? null));
      return null;
    case 'validate':
      struct.validate();
      return null;
    case 'toString':
      return struct.toString();
    default:
      return encodeValue(struct[method as 'get'](name as string), field?.schema ?? null);
  }
}

function runHeaders({ input }: VectorCase): unknown {
  const headers = new ConnectHeaders();
  const results = runSteps(input, (call) => headersStep(headers, call));
  return { results, headers: encodeHeaders(headers) };
}

function headersStep(headers: ConnectHeaders, [method, ...args]: Call): unknown {
  const key = args[0] as string;
  switch (method) {
    case 'add': {
      const schema = decodeSchema(args[2]);
      headers.add(key, decodeValue(args[1], schema), schema);
      return null;
    }
    case 'size':
      return headers.size;
    case 'toString':
      return headers.toString();
    case 'lastWithName':
      return encodeHeader(headers.lastWithName(key));
    case 'allWithName':
      return headers.allWithName(key).map(encodeHeader);
    case 'applyDropNull':
      headers.apply((header) => (header.value === null ? null : header));
      return null;
    case 'applyRename':
      headers.apply((header) => ({ ...header, key: args[1] as string }), key);
      return null;
    default:
      changeHeaders(headers, method, args);
      return null;
  }
}

function changeHeaders(headers: ConnectHeaders, method: string, args: readonly unknown[]): void {
  const change = headers[method as 'addString'] as (...given: unknown[]) => unknown;
  change.call(headers, ...args.map((argument) => (method.startsWith('add') ? decodeValue(argument, null) : argument)));
}

function encodeHeader(header: Header | null): unknown {
  return header && [header.key, encodeSchema(header.schema), encodeValue(header.value, header.schema)];
}

const namedSchema = Schema.INT32_SCHEMA;

/** A conversion between a logical value and its encoding; `encoded` is the schema that a bare encoded number has. */
function logical(convert: (schema: Schema, value: unknown) => unknown, result: (schema: Schema, value: unknown) => unknown) {
  return ({ config, input }: VectorCase): unknown => {
    const schema = decodeSchema(config) as Schema;
    return result(schema, convert(schema, input));
  };
}

/** The same schema without its logical name: the one that an encoded value has. */
function baseSchema(schema: Schema): Schema {
  return Schema.of({ type: schema.type });
}

function encodedValue(schema: Schema, input: unknown): unknown {
  return decodeValue(input, baseSchema(schema));
}

function encodeBase(schema: Schema, value: unknown): unknown {
  return encodeValue(value, baseSchema(schema));
}

/** Milliseconds, since a `Date` of JavaScript does not reach as far as Java's. */
function encodeMillis(_schema: Schema, millis: unknown): unknown {
  return { date: String(millis) };
}

export const dataModel: Components = {
  SchemaBuilder: runSchemaBuilder,
  Struct: runStruct,
  ConnectHeaders: runHeaders,
  'ConnectSchema.validateValue': ({ config, input }: VectorCase) => {
    const schema = decodeSchema(config) as Schema;
    schema.conform(decodeValue(input, schema));
    return true;
  },
  'ConnectSchema.validateValue/named': ({ config, input }: VectorCase) => {
    namedSchema.conform(decodeValue(input, namedSchema), `field: "${(config as { field: string }).field}"`);
    return true;
  },
  'ConnectSchema.schemaType': ({ input }: VectorCase) => {
    if (input === null) throw new NullPointerException('null has no class');
    return schemaTypeOf(decodeValue(input, null));
  },
  'Decimal.fromLogical': logical((schema, input) => ConnectDecimal.fromLogical(schema, decodeValue(input, null) as BigDecimal), encodeBase),
  'Decimal.toLogical': logical(
    (schema, input) => ConnectDecimal.toLogical(schema, decodeValue(input, null) as Buffer),
    (_schema, value) => encodeValue(value, null),
  ),
  'Date.fromLogical': logical((schema, input) => ConnectDate.fromLogical(schema, decodeValue(input, schema) as number), encodeBase),
  'Date.toLogical': logical((schema, input) => ConnectDate.toMillis(schema, encodedValue(schema, input) as number), encodeMillis),
  'Time.fromLogical': logical((schema, input) => ConnectTime.fromLogical(schema, decodeValue(input, schema) as number), encodeBase),
  'Time.toLogical': logical((schema, input) => ConnectTime.toMillis(schema, encodedValue(schema, input) as number), encodeMillis),
  'Timestamp.fromLogical': logical(
    (schema, input) => ConnectTimestamp.fromLogical(schema, decodeValue(input, schema) as number),
    encodeBase,
  ),
  'Timestamp.toLogical': logical((schema, input) => ConnectTimestamp.toMillis(schema, encodedValue(schema, input) as number), encodeMillis),
};
