import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { completeFolder, isComplete } from '../cache-folder.ts';
import { withLock } from '../ports.ts';
import { classPath, existingArchiveOptions, smallJvm } from '../process/jvm.ts';
import { run } from '../process/run.ts';
import { javaCommand } from '../requirements.ts';
import { kafkaUsers } from './broker-config.ts';

/** The id of every cluster, 16 bytes in base64: formatted folders can then be copied. */
const CLUSTER_ID = 'TWlsbHJhY2VUZXN0cy4uLg';

/**
 * Puts what Kafka's storage tool writes into an empty data folder, SCRAM users included. The tool takes seconds, so it runs once a node
 * number and its result is copied.
 */
export async function formatDataFolder(libs: string, node: number, dataFolder: string): Promise<void> {
  const template = `${libs}-formatted-${node}`;
  if (!(await isComplete(template))) await withLock('format', () => completeFolder(template, (folder) => format(libs, node, folder)));
  await mkdir(dataFolder, { recursive: true });
  await cp(join(template, 'data'), dataFolder, { recursive: true });
}

async function format(libs: string, node: number, folder: string): Promise<void> {
  const file = join(folder, 'format.properties');
  // Formatting reads roles, number and folders only; the ports are never opened.
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': String(node),
    'controller.quorum.voters': `${node}@127.0.0.1:1`,
    'controller.listener.names': 'CONTROLLER',
    listeners: 'PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
  };
  await writeFile(
    file,
    Object.entries(lines)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const users = (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).flatMap((mechanism) => {
    const { username, password } = kafkaUsers[mechanism];
    return ['--add-scram', `${mechanism}=[name=${username},password=${password}]`];
  });
  const options = smallJvm('128m');
  const java = [...options, ...(await existingArchiveOptions(libs, 'kafka.Kafka', options)), ...classPath(libs)];
  const args = [...java, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file, ...users];
  const { code, output } = await run(javaCommand(), args, { cwd: folder });
  if (code !== 0) throw new Error(`Kafka's storage tool could not format a folder:\n${output.trim()}`);
}
