import { ConnectException } from '@millrace/api';
import type { MongoClient, TimeSeriesCollectionOptions } from 'mongodb';
import type { Keys } from '../config/definition.ts';
import type { Namespace } from '../namespace/namespace-mapper.ts';

const EXISTS = 48;

/** What a collection is. */
export type CollectionKind = 'absent' | 'ordinary' | 'timeseries';

/** Asks the server what a collection is. */
export async function collectionKind(client: MongoClient, { database, collection }: Namespace): Promise<CollectionKind> {
  const [found] = await client.db(database).listCollections({ name: collection }, { nameOnly: false }).toArray();
  if (found === undefined) return 'absent';
  return found.type === 'timeseries' ? 'timeseries' : 'ordinary';
}

/** Makes the collection a time series, unless it is one. @throws ConnectException if it is an ordinary one */
export async function ensureTimeSeries(client: MongoClient, keys: Keys, namespace: Namespace): Promise<void> {
  const { database, collection } = namespace;
  const kind = await collectionKind(client, namespace);
  if (kind === 'timeseries') return;
  if (kind === 'ordinary') throw new ConnectException(notTimeSeries(namespace), { configKey: 'timeseries.timefield' });
  const expires = Number(keys['timeseries.expire.after.seconds']);
  try {
    await client.db(database).createCollection(collection, {
      timeseries: timeSeriesOptions(keys),
      ...(expires > 0 ? { expireAfterSeconds: expires } : {}),
    });
  } catch (error) {
    // Another task may have made it between the two.
    if ((error as { code?: unknown }).code !== EXISTS) throw error;
  }
}

/** What is wrong with an ordinary collection. */
export function notTimeSeries({ database, collection }: Namespace): string {
  return `A collection already exists: ${database}.${collection} that is not a timeseries collection.`;
}

function timeSeriesOptions(keys: Keys): TimeSeriesCollectionOptions {
  const meta = keys['timeseries.metafield'];
  const granularity = keys['timeseries.granularity'];
  return {
    timeField: keys['timeseries.timefield'],
    ...(meta === '' ? {} : { metaField: meta }),
    ...(granularity === '' ? {} : { granularity }),
  };
}
