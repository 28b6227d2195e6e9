import { projectionType } from '../post-processors/projection.ts';
import { simpleName } from './class-keys.ts';
import type { Keys } from './definition.ts';

/** What is wrong with a key, given the others. */
export interface Problem {
  readonly key: string;
  readonly message: string;
}

/** Everything in which keys of one topic contradict each other. */
export function configProblems(keys: Keys): Problem[] {
  return [
    ...timeSeriesProblems(keys),
    ...namespaceProblems(keys),
    ...projectionProblems(keys),
    ...deleteProblems(keys),
    ...connectionProblems(keys),
  ];
}

function timeSeriesProblems(keys: Keys): Problem[] {
  if (keys['timeseries.timefield'] !== '') return [];
  const needy = [
    ['timeseries.metafield', keys['timeseries.metafield'] !== ''],
    ['timeseries.expire.after.seconds', keys['timeseries.expire.after.seconds'] !== 0],
    ['timeseries.granularity', keys['timeseries.granularity'] !== ''],
    ['timeseries.timefield.auto.convert', keys['timeseries.timefield.auto.convert']],
  ] as const;
  return needy.filter(([, isSet]) => isSet).map(([key]) => ({ key, message: 'it needs timeseries.timefield, which is not set' }));
}

function namespaceProblems(keys: Keys): Problem[] {
  const problems: Problem[] = [];
  for (const target of ['database', 'collection'] as const) {
    if (keys[`namespace.mapper.key.${target}.field`] !== '' && keys[`namespace.mapper.value.${target}.field`] !== '') {
      problems.push({
        key: `namespace.mapper.key.${target}.field`,
        message: `it and namespace.mapper.value.${target}.field exclude each other: remove one`,
      });
    }
  }
  const fields = [
    keys['namespace.mapper.key.database.field'],
    keys['namespace.mapper.key.collection.field'],
    keys['namespace.mapper.value.database.field'],
    keys['namespace.mapper.value.collection.field'],
  ];
  if (simpleName(keys['namespace.mapper']) === 'FieldPathNamespaceMapper' && fields.every((field) => field === '')) {
    problems.push({
      key: 'namespace.mapper',
      message: 'FieldPathNamespaceMapper needs one of namespace.mapper.{key,value}.{database,collection}.field',
    });
  }
  return problems;
}

function projectionProblems(keys: Keys): Problem[] {
  const strategy = simpleName(keys['document.id.strategy']);
  if (strategy !== 'PartialKeyStrategy' && strategy !== 'PartialValueStrategy') return [];
  const half = strategy === 'PartialKeyStrategy' ? 'key' : 'value';
  const key = `document.id.strategy.partial.${half}.projection.type` as const;
  if (projectionType(keys[key] || keys[`${half}.projection.type`]) !== 'none') return [];
  return [{ key, message: `${strategy} needs allowlist or blocklist here, or in ${half}.projection.type` }];
}

function deleteProblems(keys: Keys): Problem[] {
  const deletes = keys['mongo.tombstone.mode'] === 'delete' || (keys['mongo.tombstone.mode'] === '' && keys['delete.on.null.values']);
  if (!deletes || keys['change.data.capture.handler'] !== '') return [];
  const id = simpleName(keys['document.id.strategy']);
  const deleter = simpleName(keys['delete.writemodel.strategy']);
  if (deleter === 'DeleteOneTombstoneBusinessKeyStrategy') {
    if (id === 'PartialKeyStrategy') return [];
    return [{ key: 'delete.writemodel.strategy', message: `${deleter} needs document.id.strategy=PartialKeyStrategy, got ${id}` }];
  }
  if (['FullKeyStrategy', 'PartialKeyStrategy', 'ProvidedInKeyStrategy', 'UuidProvidedInKeyStrategy'].includes(id)) return [];
  return [
    {
      key: 'document.id.strategy',
      message: `deletes need an id that comes from the key, so FullKeyStrategy, PartialKeyStrategy, ProvidedInKeyStrategy or UuidProvidedInKeyStrategy, got ${id}`,
    },
  ];
}

function connectionProblems(keys: Keys): Problem[] {
  const problems: Problem[] = [];
  if (keys['csfle.enabled']) {
    problems.push({ key: 'csfle.enabled', message: 'client-side field level encryption is not supported: set it to false' });
  }
  const java = /\.(?:jks|p12|pfx)$/i;
  if (java.test(keys['connection.ssl.truststore'])) {
    problems.push({
      key: 'connection.ssl.truststore',
      message: 'a file of PEM certificates is needed: keytool -exportcert -rfc writes one from a Java key store',
    });
  }
  if (/\.jks$/i.test(keys['connection.ssl.keystore'])) {
    problems.push({
      key: 'connection.ssl.keystore',
      message: 'PKCS12 or PEM is needed: keytool -importkeystore -deststoretype PKCS12 converts a Java key store',
    });
  }
  return problems;
}
