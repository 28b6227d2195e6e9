import { request, type IncomingHttpHeaders } from 'node:http';
import type { Answer, Capture } from './capture.ts';

/** What stands in a capture for values of one run. */
export interface Placeholders {
  readonly '<base-url>': string;
  readonly '<worker-id>': string;
  readonly '<dir>': string;
}

/** Sends the request of a capture and normalises the answer as that of the JVM worker was. */
export async function exchange({ request: { method, path, headers = {}, body } }: Capture, placeholders: Placeholders): Promise<Answer> {
  const text = body === undefined ? undefined : fill(isText(body) ? body.text : JSON.stringify(body), placeholders);
  const answer = await send(placeholders['<base-url>'], {
    method,
    path: fill(path, placeholders),
    headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...lowerCased(headers) },
    text,
  });
  return {
    status: answer.status,
    contentType: answer.headers['content-type'] ?? null,
    ...(answer.headers.location === undefined ? {} : { location: blank(answer.headers.location, placeholders) }),
    ...(answer.headers.allow === undefined ? {} : { allow: answer.headers.allow }),
    body: normalised(answer.text, placeholders),
  };
}

interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** `fetch` would tidy up the path. */
function send(base: string, { method, path, headers, text }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (received += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

function normalised(text: string, placeholders: Placeholders): unknown {
  if (text === '') return null;
  try {
    return normalisedValue('', JSON.parse(text), placeholders);
  } catch {
    return { text: blank(text, placeholders) };
  }
}

function normalisedValue(key: string, value: unknown, placeholders: Placeholders): unknown {
  if (Array.isArray(value)) return value.map((item) => normalisedValue(key, item, placeholders));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => [blank(name, placeholders), normalisedValue(name, item, placeholders)]);
    return Object.fromEntries(entries) as unknown;
  }
  if (key === 'last_modified' && typeof value === 'number') return '<ms>';
  return typeof value === 'string' ? normalisedText(key, value, placeholders) : value;
}

function normalisedText(key: string, text: string, placeholders: Placeholders): string {
  switch (key) {
    case 'documentation':
      // Apache's prose is not repeated, but a key has to be explained.
      return text === '' ? '' : '<documentation>';
    case 'trace':
      return `${blank(text.split('\n', 1)[0] as string, placeholders)}\n<frames>`;
    case 'kafka_cluster_id':
      return '<cluster-id>';
    case 'commit':
      return '<commit>';
    default:
      return blank(text, placeholders).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>');
  }
}

function fill(text: string, placeholders: Placeholders): string {
  let filled = text;
  for (const [name, value] of Object.entries(placeholders) as [string, string][]) filled = filled.replaceAll(name, () => value);
  return filled;
}

function blank(text: string, placeholders: Placeholders): string {
  let blanked = text;
  for (const [name, value] of Object.entries(placeholders) as [string, string][]) blanked = blanked.replaceAll(value, () => name);
  return blanked;
}

function isText(body: unknown): body is { readonly text: string } {
  return typeof body === 'object' && body !== null && typeof (body as { text?: unknown }).text === 'string';
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
