import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SourceMap } from '@millrace/api';
import { BadRequestException, type ConnectorOffset, type RawConfig } from '../herder/herder.ts';
import { JsonNumber, parseJson } from './json-text.ts';

type Json = Record<string, unknown>;

/** Bodies as they came, for signatures and for other workers. */
const rawBodies = new WeakMap<FastifyRequest, string>();

/** The body as it came; empty if there is none. */
export function rawBodyOf(request: FastifyRequest): string {
  return rawBodies.get(request) ?? '';
}

/** Bodies are JSON, or there is none; a request that needs one says so itself. */
export function installBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    rawBodies.set(request, body as string);
    try {
      done(null, body === '' ? undefined : parseJson(body as string));
    } catch (error) {
      done(new BadRequestException(`The request body is not valid JSON: ${(error as Error).message}`, { cause: error }), undefined);
    }
  });
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') done(null, undefined);
    else done(Object.assign(new Error('HTTP 415 Unsupported Media Type'), { statusCode: 415 }), undefined);
  });
}

/** @throws BadRequestException if the body is missing or no JSON object. */
export function objectBody(body: unknown, what: string): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof JsonNumber) {
    throw new BadRequestException(`The request body must be a JSON object with ${what}, found ${kindOf(body)}`);
  }
  return body as Json;
}

/** A connector configuration. Numbers and booleans count as their text, as in Kafka Connect; null stays null. */
export function configOf(value: unknown, what: string): RawConfig {
  const config = objectBody(value, what);
  return Object.fromEntries(Object.entries(config).map(([key, item]) => [key, configText(key, item)]));
}

/** The offsets of a request to change them. @throws BadRequestException if there are none or an entry is malformed. */
export function offsetsOf(body: unknown): ConnectorOffset[] {
  const { offsets, ...unknown } = objectBody(body, '"offsets"');
  refuseUnknown(unknown, 'a request to alter offsets has offsets');
  if (offsets === undefined || offsets === null || (Array.isArray(offsets) && offsets.length === 0)) {
    throw new BadRequestException('Partitions / offsets need to be provided for an alter offsets request');
  }
  if (!Array.isArray(offsets)) throw new BadRequestException(`"offsets" must be an array, found ${kindOf(offsets)}`);
  return offsets.map((entry) => {
    const { partition = null, offset = null, ...rest } = objectBody(entry, '"partition" and "offset" in each entry of "offsets"');
    refuseUnknown(rest, 'an entry of offsets has partition and offset');
    return { partition: sourceMap('partition', partition), offset: sourceMap('offset', offset) };
  });
}

/** @throws BadRequestException if a field is left. */
export function refuseUnknown(fields: Json, known: string): void {
  const [name] = Object.keys(fields);
  if (name !== undefined) throw new BadRequestException(`Unrecognized field "${name}": ${known}`);
}

function sourceMap(what: string, value: unknown): SourceMap | null {
  return value === null ? null : (plainNumbers(objectBody(value, `what the connector tells a ${what} by`)) as SourceMap);
}

function plainNumbers(value: unknown): unknown {
  if (value instanceof JsonNumber) return value.value;
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainNumbers(item)]));
}

function configText(key: string, value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new BadRequestException(`The value of ${key} must be text, found ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof JsonNumber) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
