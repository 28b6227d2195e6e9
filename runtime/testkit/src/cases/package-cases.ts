import { fileURLToPath } from 'node:url';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@millrace/api';
import { PluginRegistry } from '@millrace/worker';
import { architecture, type ContractCase } from '../contract-case.ts';
import { demand } from '../contract-violation.ts';
import type { Subject } from '../subject.ts';

const readMore = architecture('Plug-ins');

async function manifestEntry(subject: Subject): Promise<Manifest['plugins'][number]> {
  const text = await readFile(join(fileURLToPath(subject.options.package), 'package.json'), 'utf8');
  const { millrace } = JSON.parse(text) as { millrace: Manifest };
  return millrace.plugins.find((plugin) => plugin.class === subject.plugin.className) as Manifest['plugins'][number];
}

/** What the manifest says of the connector. */
export const packageCases: readonly ContractCase[] = [
  {
    id: 'manifest-export',
    name: 'the manifest names an export of the package that can be constructed without arguments',
    kind: 'both',
    readMore,
    async run(subject) {
      await subject.newConnector();
    },
  },
  {
    id: 'manifest-names',
    name: 'the class, its simple forms and its aliases find the connector, and no alias is that of another',
    kind: 'both',
    readMore,
    async run(subject) {
      const { plugin } = subject;
      const registry = new PluginRegistry();
      registry.add(plugin);
      const { aliases = [] } = await manifestEntry(subject);
      const simple = plugin.className.slice(plugin.className.lastIndexOf('.') + 1);
      for (const name of [plugin.className, simple, simple.replace(/Connector$/, ''), ...aliases]) {
        demand(registry.find([plugin.kind], name) === plugin, () => `${name} does not find ${plugin.className}`);
      }
      demand(
        aliases.every((alias) => /^\S+$/.test(alias)),
        () => `An alias is empty or has spaces: ${aliases.join(', ')}`,
      );
    },
  },
  {
    id: 'manifest-task-class',
    name: 'the manifest names the class of the tasks',
    kind: 'both',
    readMore,
    run({ plugin }) {
      demand(
        plugin.taskClassName !== null && plugin.taskClassName !== '' && plugin.taskClassName !== plugin.className,
        () => `taskClass is ${plugin.taskClassName ?? 'missing'}`,
      );
      return Promise.resolve();
    },
  },
  {
    id: 'version',
    name: 'connector and task have a version, and it is the same',
    kind: 'both',
    readMore,
    async run(subject) {
      const connector = await subject.newConnector();
      const task = new (connector.taskClass() as new () => { version?(): string })();
      const own = connector.version?.() ?? subject.plugin.version;
      demand(/^\d+\.\d+/.test(own), () => `The version of the connector is ${own}`);
      const ofTask = task.version?.() ?? own;
      demand(ofTask === own, () => `The connector is ${own}, its task ${ofTask}`);
    },
  },
];
