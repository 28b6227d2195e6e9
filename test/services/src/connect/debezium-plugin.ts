import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, completeFolder, isComplete } from '../cache-folder.ts';
import { withLock } from '../ports.ts';
import { downloadJars, pomOf } from '../process/maven.ts';

const VERSION = '3.7.0.Final';
const POM = pomOf([['io.debezium', 'debezium-connector-postgres', VERSION]]);

/** A `plugin.path` with Debezium's PostgreSQL source connector, downloaded with Maven the first time. @throws Error with what Maven said */
export async function debeziumPostgresPlugin(): Promise<string> {
  const folder = join(cacheFolder(), `debezium-postgres-${VERSION}`);
  if (!(await isComplete(folder))) {
    await withLock('download', () =>
      completeFolder(folder, async (partial) => {
        const libs = join(partial, 'plugins', 'debezium-postgres');
        await mkdir(libs, { recursive: true });
        await downloadJars(`Debezium ${VERSION}`, POM, partial, libs);
      }),
    );
  }
  return join(folder, 'plugins');
}
