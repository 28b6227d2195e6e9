import type { Answer, Capture } from './capture.ts';
import type { DescribedAnswer } from './deviations.ts';

/** What of an answer has to be the same. Where the JVM worker sends no content type, ours may name one. */
export function comparable({ request: { method, path } }: Capture, answer: Answer, expected: Answer): object {
  const { status, contentType, location, allow, body } = answer;
  return {
    status,
    ...(expected.contentType === null || expected.contentType === undefined ? {} : { contentType: (contentType ?? '').split(';', 1)[0] }),
    ...(expected.location === undefined ? {} : { location }),
    ...(expected.allow === undefined ? {} : { allow: (allow ?? '').split(/,\s*/).sort() }),
    body: method === 'GET' ? inOrder(path, body) : body,
  };
}

/** Lists that come from a Java hash map have no order that means something. */
function inOrder(path: string, body: unknown): unknown {
  if (/^\/connectors\/?$/.test(path) && Array.isArray(body)) return [...(body as string[])].sort();
  if (path.endsWith('/offsets') && isOffsets(body)) {
    return { ...body, offsets: body.offsets.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
  }
  return body;
}

function isOffsets(body: unknown): body is { readonly offsets: readonly unknown[] } {
  return Array.isArray((body as { offsets?: unknown } | null)?.offsets);
}

/** Whether an answer is what the document says of it. */
export function fits({ status, body }: Answer, described: DescribedAnswer): boolean {
  const text = JSON.stringify(body);
  return status === described.status && described.texts.every((part) => text.includes(JSON.stringify(part).slice(1, -1)));
}
