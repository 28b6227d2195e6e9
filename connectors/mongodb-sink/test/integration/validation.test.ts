import type { Properties } from '@millrace/api';
import { type MongoService, startMongo, whyNoMongo } from '@millrace/test-services';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MongoSinkConnector } from '../../src/connector.ts';
import { numbered, SinkRun } from './sink-run.ts';

const reason = await whyNoMongo();
let mongo: MongoService;

beforeEach((context) => {
  if (reason !== null) context.skip(reason);
  if (!mongo.isStandIn) context.skip('the server is not ours, so its users are not changed');
});
beforeAll(async () => {
  if (reason !== null) return;
  mongo = await startMongo();
  if (!mongo.isStandIn) return;
  const client = new MongoClient(mongo.uri);
  const create = (user: string, role: string): Promise<unknown> =>
    client.db('admin').command({ createUser: user, pwd: 'hidden-secret', roles: [{ role, db: 'shop' }] });
  await create('writer', 'readWrite');
  await create('reader', 'read');
  await client.close();
  await mongo.requireAuthentication();
});
afterAll(() => mongo?.stop());

const uriOf = (user: string, password = 'hidden-secret'): string =>
  `mongodb://${user}:${password}@127.0.0.1:${mongo.port}/?authSource=admin&authMechanism=SCRAM-SHA-256&directConnection=true`;

/** Errors of validation, as `key: message`. */
async function errors(props: Properties): Promise<string[]> {
  const all = { topics: 'items', database: 'shop', ...props };
  const { configValues } = await new MongoSinkConnector().validate(all, AbortSignal.timeout(30_000));
  return configValues.flatMap(({ name, errorMessages }) => errorMessages.map((message) => `${name}: ${message}`));
}

describe('Validation asks the server', () => {
  it('and has no objections to a user who may write', async () => {
    expect(await errors({ 'connection.uri': uriOf('writer') })).toEqual([]);
  });

  it('which privileges are missing, and says how to grant them', async () => {
    const found = await errors({ 'connection.uri': uriOf('reader') });

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(
      'connection.uri: Invalid user permissions. Missing the following action permissions: insert, update, remove',
    );
    expect(found[0]).toContain('grantRolesToUser("reader", [{role: "readWrite", db: "shop"}])');
  });

  it('whether the credentials are right, and shows them nowhere', async () => {
    const found = await errors({ 'connection.uri': uriOf('writer', 'wrong-secret') });

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^connection.uri: Authentication failed: .*Check user, password and authSource/);
    expect(found[0]).not.toContain('secret');
  });

  it('whether it is there at all', async () => {
    const found = await errors({ 'connection.uri': 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200' });

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^connection.uri: Unable to connect to the server\. .*Check host and port/);
  });

  it('only after the keys are right', async () => {
    const found = await errors({ 'connection.uri': 'mongodb://127.0.0.1:1/', 'timeseries.metafield': 'm' });

    expect(found).toEqual([
      'timeseries.metafield: Invalid value for configuration timeseries.metafield: it needs timeseries.timefield, which is not set',
    ]);
  });
});

describe('A task with wrong credentials', () => {
  it.each([
    ['a wrong password', () => uriOf('writer', 'wrong')],
    ['a user who may only read', () => uriOf('reader')],
  ])('fails with %s and reports nothing, even where all errors are tolerated', async (_name, uri) => {
    const run = await SinkRun.start(mongo, { database: 'shop' }, uri());

    await expect(run.put(numbered(3))).rejects.toMatchObject({ name: 'ConnectException' });

    expect(run.reports).toEqual([]);
  });
});
