import type { SinkRecord, SourceRecord, Transformation } from '@millrace/api';
import { SingleFieldPath, transformPlugins } from '@millrace/transforms';
import { decodeRecord, encodeRecord } from '../codec.ts';
import type { Component, Components, VectorCase } from '../component.ts';

const packageName = 'org.apache.kafka.connect.transforms';

type Properties = Readonly<Record<string, string | null>>;
type AnyRecord = SourceRecord | SinkRecord;

/** One transformation of a chain. */
interface Step {
  readonly type: string;
  readonly config: Properties;
}

function configured({ type, config }: Step): Transformation {
  const plugin = transformPlugins[`${packageName}.${type}`];
  if (plugin === undefined) throw new Error(`no transformation ${type}`);
  const transformation = new plugin() as Transformation;
  transformation.configure(config);
  return transformation;
}

function applied(transformation: Transformation, record: AnyRecord): AnyRecord | null {
  return transformation.apply(record as SourceRecord);
}

function transformation(type: string): Component {
  return ({ config, input }) => {
    const instance = configured({ type, config: config as Properties });
    return input === null ? true : encodeRecord(applied(instance, decodeRecord(input)));
  };
}

function chain({ config, input }: VectorCase): unknown {
  let record: AnyRecord | null = decodeRecord(input);
  for (const step of (config as readonly Step[]).map(configured)) {
    if (record !== null) record = applied(step, record);
  }
  return encodeRecord(record);
}

function singleFieldPath({ config, input }: VectorCase): unknown {
  const version = (config as Properties)['field.syntax.version'] ?? 'V1';
  return new SingleFieldPath(input as string | null, version).steps;
}

const types = Object.keys(transformPlugins)
  .map((name) => name.slice(packageName.length + 1))
  .filter((name) => !name.startsWith('predicates.'));

export const transforms: Components = {
  ...Object.fromEntries(types.map((type) => [type, transformation(type)])),
  chain,
  SingleFieldPath: singleFieldPath,
};
