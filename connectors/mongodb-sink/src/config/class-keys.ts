import { ConfigException, LambdaValidator } from '@millrace/api';

const ROOT = 'com.mongodb.kafka.connect.sink.';
const IDS = `${ROOT}processor.id.strategy.`;
const MODELS = `${ROOT}writemodel.strategy.`;

const ID_STRATEGIES = [
  'BsonOidStrategy',
  'KafkaMetaDataStrategy',
  'FullKeyStrategy',
  'ProvidedInKeyStrategy',
  'ProvidedInValueStrategy',
  'PartialKeyStrategy',
  'PartialValueStrategy',
  'UuidStrategy',
  'UuidProvidedInKeyStrategy',
  'UuidProvidedInValueStrategy',
].map((name) => IDS + name);

const POST_PROCESSORS = [
  'DocumentIdAdder',
  'BlockListKeyProjector',
  'BlockListValueProjector',
  'AllowListKeyProjector',
  'AllowListValueProjector',
  'BlacklistKeyProjector',
  'BlacklistValueProjector',
  'WhitelistKeyProjector',
  'WhitelistValueProjector',
  'KafkaMetaAdder',
  'field.renaming.RenameByMapping',
  'field.renaming.RenameByRegExp',
  'NullFieldValueRemover',
].map((name) => `${ROOT}processor.${name}`);

const WRITE_MODELS = [
  'DefaultWriteModelStrategy',
  'ReplaceOneDefaultStrategy',
  'ReplaceOneBusinessKeyStrategy',
  'InsertOneDefaultStrategy',
  'UpdateOneDefaultStrategy',
  'UpdateOneTimestampsStrategy',
  'UpdateOneBusinessKeyTimestampStrategy',
  'DeleteOneDefaultStrategy',
  'DeleteOneBusinessKeyStrategy',
].map((name) => MODELS + name);

const DELETE_MODELS = ['DeleteOneDefaultStrategy', 'DeleteOneTombstoneBusinessKeyStrategy'].map((name) => MODELS + name);

const CDC_HANDLERS = [
  'debezium.mongodb.MongoDbHandler',
  'debezium.mongodb.ChangeStreamHandler',
  'debezium.rdbms.RdbmsHandler',
  'debezium.rdbms.mysql.MysqlHandler',
  'debezium.rdbms.postgres.PostgresHandler',
  'qlik.rdbms.RdbmsHandler',
  'mongodb.ChangeStreamHandler',
].map((name) => `${ROOT}cdc.${name}`);

const MAPPERS = ['DefaultNamespaceMapper', 'FieldPathNamespaceMapper'].map((name) => `${ROOT}namespace.mapping.${name}`);

/** The simple name of a Java class. */
export function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Java classes that we have, as values of a key: the full name, or the simple one where it is unique. */
function classNames(names: readonly string[], mayBeEmpty = false): LambdaValidator {
  const isKnown = (value: string): boolean => names.includes(value) || names.filter((name) => simpleName(name) === value).length === 1;
  const check = (key: string, value: unknown): void => {
    for (const name of Array.isArray(value) ? value : [value]) {
      if ((mayBeEmpty && name === '') || isKnown(String(name).trim())) continue;
      throw ConfigException.invalidValue(
        key,
        name,
        `there is no such class here, and Java classes of your own cannot be loaded; there are ${names.map(simpleName).join(', ')}`,
      );
    }
  };
  return LambdaValidator.with(check, () => `One of ${names.map(simpleName).join(', ')}`);
}

export const idStrategyName = classNames(ID_STRATEGIES);
export const postProcessorNames = classNames(POST_PROCESSORS, true);
export const writeModelName = classNames(WRITE_MODELS);
export const deleteStrategyName = classNames(DELETE_MODELS);
export const cdcHandlerName = classNames(CDC_HANDLERS, true);
export const namespaceMapperName = classNames(MAPPERS);

/** The package and class of a handler below `cdc.`, which is what tells handlers of one simple name apart. */
export function handlerPath(name: string): string {
  const full = CDC_HANDLERS.find((known) => known === name || simpleName(known) === name) ?? name;
  return full.slice(`${ROOT}cdc.`.length);
}
