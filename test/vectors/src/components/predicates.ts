import type { Predicate, SourceRecord } from '@millrace/api';
import { transformPlugins } from '@millrace/transforms';
import { decodeRecord } from '../codec.ts';
import type { Component, Components } from '../component.ts';

const packageName = 'org.apache.kafka.connect.transforms.predicates.';

function predicate(className: string): Component {
  return ({ config, input }) => {
    const instance = new (transformPlugins[className] as new () => Predicate)();
    instance.configure(config as Readonly<Record<string, string | null>>);
    return input === null ? true : instance.test(decodeRecord(input) as SourceRecord);
  };
}

export const predicates: Components = Object.fromEntries(
  Object.keys(transformPlugins)
    .filter((name) => name.startsWith(packageName))
    .map((name) => [name.slice(packageName.length), predicate(name)]),
);
