import { type Config, type ConfigException, ConnectException, type Properties } from '@millrace/api';
import type { Document, MongoClient } from 'mongodb';
import { makeClient } from '../client/make-client.ts';
import { checkPrivileges } from '../client/privileges.ts';
import { collectionKind, notTimeSeries } from '../client/time-series.ts';
import { CONFIG, type Keys } from './definition.ts';
import { allProblems, problemText, sinkConfig } from './sink-config.ts';
import { topicConfig } from './topic-config.ts';

/** Longest time that the server may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;
const AUTHENTICATION_FAILED = 18;
const STABLE_API_VERSION = 13;

type Add = (key: string, message: string) => void;

/** Checks each key, how they go together, topic overrides, and then the server: that it answers and what the user may do. */
export async function validateLive(props: Properties, signal: AbortSignal): Promise<Config> {
  const config = CONFIG.validate(props);
  const byName = new Map(config.configValues.map((value) => [value.name, value]));
  const add: Add = (key, message) => {
    (byName.get(key) ?? byName.get('connection.uri'))?.errorMessages.push(message);
  };
  if (hasErrors(config)) return config;
  try {
    for (const problem of allProblems(props)) add(problem.key, problemText(problem));
    if (hasErrors(config)) return config;
    await askServer(props, sinkConfig(props), signal);
  } catch (error) {
    const { configKey, suggestion, message } = error as ConfigException;
    add(configKey ?? 'connection.uri', suggestion === undefined ? message : `${message} ${suggestion}`);
  }
  return config;
}

function hasErrors({ configValues }: Config): boolean {
  return configValues.some(({ errorMessages }) => errorMessages.length > 0);
}

async function askServer(props: Properties, keys: Keys, signal: AbortSignal): Promise<void> {
  const uri = keys['connection.uri']?.value() ?? '';
  const patience = /[?&]serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: ANSWER_MS };
  const client = makeClient(keys, { ...patience, maxPoolSize: 1 });
  const onAbort = (): void => void client.close(true);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await connect(client, keys);
    await checkPrivileges(client, keys);
    const topics = (props['topics'] ?? '').split(',').map((topic) => topic.trim());
    for (const topic of topics.filter((name) => name !== '')) await checkTimeSeries(client, topicConfig(props, topic).keys, topic);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await client.close(true);
  }
}

async function connect(client: MongoClient, keys: Keys): Promise<void> {
  let hello: Document;
  try {
    hello = await client.db('admin').command({ hello: 1 });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    const isCredentials = code === AUTHENTICATION_FAILED || /authentication failed/i.test(message);
    throw new ConnectException(isCredentials ? `Authentication failed: ${message}.` : `Unable to connect to the server. ${message}`, {
      cause: error,
      configKey: 'connection.uri',
      suggestion: isCredentials
        ? 'Check user, password and authSource of the connection string.'
        : 'Check host and port, that the server runs, and that a firewall lets this machine through.',
    });
  }
  const wire = Number(hello['maxWireVersion'] ?? 0);
  if (keys['server.api.version'] === '' || wire >= STABLE_API_VERSION) return;
  throw new ConnectException(`The server does not know the Stable API: it speaks version ${wire}, and ${STABLE_API_VERSION} is needed.`, {
    configKey: 'server.api.version',
    suggestion: 'Leave the key empty, or use a server of version 5.0 or later.',
  });
}

async function checkTimeSeries(client: MongoClient, keys: Keys, topic: string): Promise<void> {
  if (keys['timeseries.timefield'] === '') return;
  const namespace = { database: keys.database, collection: keys.collection || topic };
  if ((await collectionKind(client, namespace)) !== 'ordinary') return;
  throw new ConnectException(notTimeSeries(namespace), {
    configKey: 'timeseries.timefield',
    suggestion: 'Name another collection, or drop this one, which is then made as a time series.',
  });
}
