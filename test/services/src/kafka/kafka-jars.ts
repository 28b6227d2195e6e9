import { createHash } from 'node:crypto';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, completeFolder, isComplete } from '../cache-folder.ts';
import { withLock } from '../ports.ts';
import { makeArchiveFolder } from '../process/jvm.ts';
import { downloadJars, pomOf } from '../process/maven.ts';
import { whyNoServices } from '../requirements.ts';

/** The Apache Kafka that everything is measured against: the newest whose Connect plug-ins are all published. */
export const KAFKA_VERSION = '4.3.1';

const ARTIFACTS = [
  'kafka_2.13',
  'kafka-tools',
  'connect-runtime',
  'connect-json',
  'connect-transforms',
  'connect-file',
  'connect-mirror',
  'connect-basic-auth-extension',
].map((artifact) => ['org.apache.kafka', artifact, KAFKA_VERSION] as const);

/** Kafka 4 brings an interface for logging and no implementation. */
const LOGGING = ['org.apache.logging.log4j', 'log4j-slf4j-impl', '2.25.1'] as const;

const POM = pomOf([...ARTIFACTS, LOGGING]);

/** Plug-ins that get a folder of their own, as `plugin.path` wants it. */
const PLUGINS: readonly (readonly [string, RegExp])[] = [
  ['file', /^connect-file-/],
  ['mirror', /^connect-mirror-\d/],
];

/** Apache Kafka's jars. */
export interface KafkaJars {
  /** Folder of the class path of brokers, workers and tools. */
  readonly libs: string;
  /** A `plugin.path`: FileStream and MirrorMaker connectors. */
  readonly plugins: string;
}

function jarsFolder(): string {
  const key = createHash('sha256').update(POM).digest('hex').slice(0, 8);
  return join(cacheFolder(), `kafka-${KAFKA_VERSION}-${key}`);
}

/** Why real Kafka cannot run here, in one sentence for a person; null when it can. */
export async function whyNoKafka(): Promise<string | null> {
  return whyNoServices(await isComplete(jarsFolder()));
}

/**
 * Apache Kafka's jars, downloaded with Maven the first time (60 MB).
 *
 * @throws Error that says what is missing on this machine, or what Maven said.
 */
export async function kafkaJars(): Promise<KafkaJars> {
  const reason = await whyNoKafka();
  if (reason !== null) throw new Error(reason);
  const folder = jarsFolder();
  if (!(await isComplete(folder))) await withLock('download', () => completeFolder(folder, download));
  const libs = join(folder, 'libs');
  await makeArchiveFolder(libs);
  return { libs, plugins: join(folder, 'plugins') };
}

async function download(folder: string): Promise<void> {
  const libs = join(folder, 'libs');
  await downloadJars(`Kafka ${KAFKA_VERSION}`, POM, folder, libs);
  for (const [name, pattern] of PLUGINS) {
    await mkdir(join(folder, 'plugins', name), { recursive: true });
    const jars = (await readdir(libs)).filter((jar) => pattern.test(jar));
    if (jars.length === 0) throw new Error(`Maven brought no jar for the plug-in ${name}`);
    for (const jar of jars) await rename(join(libs, jar), join(folder, 'plugins', name, jar));
  }
}
