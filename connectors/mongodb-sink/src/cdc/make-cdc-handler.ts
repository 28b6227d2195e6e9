import { handlerPath } from '../config/class-keys.ts';
import { withoutNulls } from '../post-processors/small-processors.ts';
import { isDoc } from '../document/document.ts';
import type { CdcHandler } from './cdc-handler.ts';
import { changeStreamHandler } from './change-stream.ts';
import { debeziumChangeStreamHandler, debeziumMongoDbHandler } from './debezium-mongodb.ts';
import { debeziumRdbmsHandler } from './debezium-rdbms.ts';
import { qlikRdbmsHandler } from './qlik-rdbms.ts';

const handlers: Readonly<Record<string, CdcHandler>> = {
  'debezium.mongodb.MongoDbHandler': debeziumMongoDbHandler,
  'debezium.mongodb.ChangeStreamHandler': debeziumChangeStreamHandler,
  'debezium.rdbms.RdbmsHandler': debeziumRdbmsHandler,
  'debezium.rdbms.mysql.MysqlHandler': debeziumRdbmsHandler,
  'debezium.rdbms.postgres.PostgresHandler': debeziumRdbmsHandler,
  'qlik.rdbms.RdbmsHandler': qlikRdbmsHandler,
  'mongodb.ChangeStreamHandler': changeStreamHandler,
};

/** The handler of that class; null for the empty name. */
export function makeCdcHandler(name: string, removesNulls: boolean): CdcHandler | null {
  const handler = name === '' ? undefined : handlers[handlerPath(name)];
  if (handler === undefined) return null;
  if (!removesNulls) return handler;
  return (docs) => {
    const model = handler(docs);
    if (model === null) return null;
    if ('replaceOne' in model && isDoc(model.replaceOne.replacement)) withoutNulls(model.replaceOne.replacement);
    if ('updateOne' in model && !Array.isArray(model.updateOne.update)) {
      for (const part of Object.values(model.updateOne.update)) if (isDoc(part)) withoutNulls(part);
    }
    return model;
  };
}
