import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { ConfigException } from '@millrace/api';

const key = 'response.http.headers.config';
const actions = ['set', 'add', 'setDate', 'addDate'] as const;

interface HeaderRule {
  readonly action: (typeof actions)[number];
  readonly name: string;
  readonly value: string;
}

/**
 * Headers that every answer carries, from `response.http.headers.config`: entries `action name: value`, separated by commas, in double
 * quotes when a comma is in the value. `set` replaces, `add` gives one more line; the value of `setDate` and `addDate` is a number of
 * milliseconds from now.
 * @throws ConfigException for an entry that is none.
 */
export function parseHeaderRules(text: string): HeaderRule[] {
  return entriesOf(text).map(ruleOf);
}

/** Puts the headers on every answer, errors included. */
export function installResponseHeaders(app: FastifyInstance, rules: readonly HeaderRule[]): void {
  app.addHook('onRequest', async (_request, reply) => {
    for (const [name, values] of headersOf(rules, Date.now())) reply.header(name, values.length === 1 ? values[0] : values);
  });
}

function headersOf(rules: readonly HeaderRule[], now: number): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const { action, name, value } of rules) {
    const text = action.endsWith('Date') ? new Date(now + Number(value)).toUTCString() : value;
    const before = action.startsWith('add') ? (headers.get(name) ?? []) : [];
    headers.set(name, [...before, text]);
  }
  return headers;
}

/** Comma-separated; double quotes keep commas together, and a backslash inside of them keeps the next character. */
function entriesOf(text: string): string[] {
  const entries = [...text.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '',
  );
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

function ruleOf(entry: string): HeaderRule {
  const [, action = '', pair = ''] = /^(\S+)\s+(.*)$/s.exec(entry) ?? [];
  if (pair === '') throw invalid(entry, "Expected: '[action] [header name]:[header value]'");
  if (!isAction(action)) throw invalid(entry, `'${action}' is no action, expected one of ${actions.join(', ')}`);
  const colon = pair.indexOf(':');
  const [name, value] = [pair.slice(0, colon).trim(), pair.slice(colon + 1).trim()];
  if (colon < 0 || value === '') throw invalid(entry, "Expected: '[header name]:[header value]' after the action");
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw invalid(entry, `'${pair}' is no valid HTTP header`);
  }
  if (action.endsWith('Date') && !/^-?\d{1,14}$/.test(value)) throw invalid(entry, `${action} takes milliseconds, not '${value}'`);
  return { action, name: name.toLowerCase(), value };
}

function isAction(text: string): text is (typeof actions)[number] {
  return (actions as readonly string[]).includes(text);
}

function invalid(entry: string, reason: string): ConfigException {
  return ConfigException.invalidValue(key, entry, reason);
}
