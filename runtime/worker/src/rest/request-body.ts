import { BadRequestException, type RawConfig } from '../herder/herder.ts';

type Json = Record<string, unknown>;

/** @throws BadRequestException if the body is missing or no JSON object. */
export function objectBody(body: unknown, what: string): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const found = body === undefined || body === null ? 'nothing' : Array.isArray(body) ? 'an array' : `a ${typeof body}`;
    throw new BadRequestException(`The request body must be a JSON object with ${what}, found ${found}`);
  }
  return body as Json;
}

/** A connector configuration. Numbers and booleans count as their text, as in Kafka Connect; null stays null. */
export function configOf(value: unknown, what: string): RawConfig {
  const config = objectBody(value, what);
  return Object.fromEntries(Object.entries(config).map(([key, item]) => [key, configText(key, item)]));
}

function configText(key: string, value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new BadRequestException(`The value of ${key} must be text, got ${JSON.stringify(value)}`);
}
