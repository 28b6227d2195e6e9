import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KafkaCluster } from '@millrace/test-services';

const run = promisify(execFile);
/** Folder of the plug-in `TwoKeysSource` for Millrace, for `plugin.path`. */
export const twoKeysPackage = fileURLToPath(new URL('../../../../../runtime/worker/test/fixtures/two-keys', import.meta.url));

/** Compiles the plug-in `TwoKeysSource` for the JVM worker. @returns folder for `plugin.path` */
export async function compileTwoKeys(kafka: KafkaCluster): Promise<string> {
  const classes = join(kafka.folder, 'two-keys-classes');
  const plugin = join(kafka.folder, 'two-keys-plugins', 'two-keys');
  const services = join(classes, 'META-INF', 'services');
  await mkdir(services, { recursive: true });
  await mkdir(plugin, { recursive: true });
  await writeFile(join(services, 'org.apache.kafka.connect.source.SourceConnector'), 'TwoKeysSource\n');
  await run('javac', ['-nowarn', '-d', classes, '-cp', join(kafka.jars.libs, '*'), join(twoKeysPackage, 'java', 'TwoKeysSource.java')]);
  await run('jar', ['--create', '--file', join(plugin, 'two-keys.jar'), '-C', classes, '.']);
  return join(kafka.folder, 'two-keys-plugins');
}
