import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { SourceTask } from '@millrace/api';
import { apiDescriptions } from '../src/rest/api-descriptions.ts';
import { openApiDocument } from '../src/rest/openapi.ts';
import { sourcePlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';

const idle = (): SourceTask => ({
  start: () => undefined,
  poll: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true })),
  stop: () => undefined,
});

interface Operation {
  readonly summary: string;
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly servers: readonly { readonly url: string }[];
  readonly security?: unknown;
}

async function documentOf(worker: TestWorker): Promise<Document> {
  const { status, body } = await worker.request('GET', '/openapi');
  expect(status).toBe(200);
  return body as Document;
}

describe('GET /openapi', () => {
  it('answers a valid OpenAPI document that names the worker', async () => {
    const worker = await testWorker([]);
    const document = await documentOf(worker);

    const { valid, errors } = await new Validator().validate({ ...structuredClone(document) });

    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(document.servers).toEqual([{ url: worker.url }]);
    expect(document.security).toBeUndefined();
  });

  it('has every route that is served with a description, and no other', async () => {
    const { paths } = await documentOf(await testWorker([]));

    const served = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { summary }]) => [
        `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        summary,
      ]),
    );
    expect(new Set(served.map(([route]) => route))).toEqual(new Set(Object.keys(apiDescriptions)));
    for (const [, summary] of served) expect(summary).not.toBe('');
  });

  it('leaves out what admin.listeners serves', async () => {
    const { paths } = await documentOf(await testWorker([], { 'admin.listeners': 'http://127.0.0.1:0' }));

    expect(Object.keys(paths)).toContain('/connectors');
    expect(Object.keys(paths).filter((path) => path.startsWith('/admin'))).toEqual([]);
  });

  it('says when a password is needed', () => {
    const document = openApiDocument([], { url: 'http://a:1', version: '1', isSecured: true });

    expect(document['security']).toEqual([{ basic: [] }]);
  });

  it('describes the answers of the worker', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);
    const document = await documentOf(worker);
    const matches = matcher(document);
    const config = { 'connector.class': 'test.Source', 'tasks.max': '1' };
    const faults: string[] = [];
    const ask = async (method: string, path: string, template: string, body?: unknown): Promise<void> => {
      const { status, body: answer } = await worker.request(method, path, body);
      const fault = matches(document.paths[template]?.[method.toLowerCase()], status, answer);
      if (fault !== null) faults.push(`${method} ${path}: ${status} ${JSON.stringify(answer)} ${fault}`);
    };

    await ask('GET', '/', '/');
    await ask('GET', '/health', '/health');
    await ask('POST', '/connectors', '/connectors', { name: 's', config });
    await worker.taskIn('RUNNING', 's');
    await ask('POST', '/connectors', '/connectors', { name: 's', config });
    await ask('GET', '/connectors', '/connectors');
    await ask('GET', '/connectors?expand=status&expand=info', '/connectors');
    await ask('GET', '/connectors/s', '/connectors/{name}');
    await ask('GET', '/connectors/none', '/connectors/{name}');
    for (const part of ['config', 'status', 'tasks', 'topics', 'offsets']) {
      await ask('GET', `/connectors/s/${part}`, `/connectors/{name}/${part}`);
    }
    await ask('GET', '/connectors/s/tasks/0/status', '/connectors/{name}/tasks/{task}/status');
    await ask('PUT', '/connectors/s/config', '/connectors/{name}/config', { ...config, x: 1 });
    await ask('PATCH', '/connectors/s/config', '/connectors/{name}/config', { x: null });
    await ask('POST', '/connectors/s/restart', '/connectors/{name}/restart');
    await ask('POST', '/connectors/s/restart?includeTasks=true', '/connectors/{name}/restart');
    await worker.taskIn('RUNNING', 's');
    await ask('POST', '/connectors/s/tasks/0/restart', '/connectors/{name}/tasks/{task}/restart');
    for (const verb of ['pause', 'resume', 'stop']) await ask('PUT', `/connectors/s/${verb}`, `/connectors/{name}/${verb}`);
    await ask('PUT', '/connectors/s/topics/reset', '/connectors/{name}/topics/reset');
    await ask('DELETE', '/connectors/s/offsets', '/connectors/{name}/offsets');
    await ask('GET', '/connector-plugins?connectorsOnly=false', '/connector-plugins');
    await ask('GET', '/connector-plugins/test.Source/config', '/connector-plugins/{plugin}/config');
    const validate = '/connector-plugins/{plugin}/config/validate';
    await ask('PUT', '/connector-plugins/test.Source/config/validate', validate, { ...config, name: 'v' });
    await ask('PUT', '/connector-plugins/Other/config/validate', validate, config);
    await ask('GET', '/admin/loggers', '/admin/loggers');
    await ask('GET', '/admin/loggers/root', '/admin/loggers/{logger}');
    await ask('PUT', '/admin/loggers/org.apache.kafka', '/admin/loggers/{logger}', { level: 'DEBUG' });
    await ask('DELETE', '/connectors/s', '/connectors/{name}');

    expect(faults).toEqual([]);
  });
});

/** Tells why an answer is not as the document says; null when it is. */
function matcher(document: Document): (operation: Operation | undefined, status: number, answer: unknown) => string | null {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ ...document, $id: 'api' });
  return (operation, status, answer) => {
    const response = operation?.responses[status] ?? (status >= 400 ? operation?.responses['default'] : undefined);
    if (response === undefined) return 'is not described';
    const schema = response.content?.['application/json']?.schema;
    if (schema === undefined) return answer === null ? null : 'should have no body';
    const check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object);
    return check(answer) ? null : ajv.errorsText(check.errors);
  };
}
