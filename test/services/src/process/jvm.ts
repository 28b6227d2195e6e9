import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { javaCommand, javaVersion } from '../requirements.ts';
import { SupervisedProcess } from './supervised-process.ts';

/** A Java program that listens somewhere. */
export interface JvmSpec {
  readonly name: string;
  /** Such as `kafka.Kafka`. */
  readonly mainClass: string;
  readonly args: readonly string[];
  /** Folder of jars. */
  readonly libs: string;
  /** Options such as `-Xmx256m`. */
  readonly options: readonly string[];
  /** Whether it may use and write a class-data archive. Default: true. */
  readonly usesArchive?: boolean;
  /** Folder of its log and of the file that configures its logging. */
  readonly folder: string;
}

/** Options of a JVM that is to start fast and stay small. */
export function smallJvm(heap: string): readonly string[] {
  return [`-Xmx${heap}`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
}

/** A running Java program. */
export interface Jvm {
  readonly process: SupervisedProcess;
  /** Will it write a class-data archive when it ends in order? */
  readonly isRecording: boolean;
  /** Ends it in order. The first such end of a main class writes its class-data archive, which halves the time of later starts. */
  stop(): Promise<void>;
}

const STOP_MS = 40_000;

/** Main classes for which this process is recording an archive: one recording at a time is enough. */
const recording = new Set<string>();

/** Starts a Java program. It logs warnings and worse to `<folder>/<name>.log`. */
export async function startJvm(spec: JvmSpec): Promise<Jvm> {
  const archive = await archiveFile(spec.libs, spec.mainClass, spec.options);
  const usesArchive = spec.usesArchive !== false;
  const isThere = usesArchive && (await exists(archive));
  const record = !usesArchive || isThere || recording.has(archive) ? null : `${archive}.${process.pid}`;
  const child = SupervisedProcess.start({
    name: spec.name,
    command: javaCommand(),
    args: [
      ...spec.options,
      ...archiveOptions(isThere ? archive : null, record),
      ...classPath(spec.libs),
      `-Dlog4j2.configurationFile=${join(spec.folder, 'log4j2.properties')}`,
      spec.mainClass,
      ...spec.args,
    ],
    cwd: spec.folder,
    logFile: jvmLogFile(spec.folder, spec.name),
  });
  if (record !== null) {
    recording.add(archive);
    void child.exited.then(() => recording.delete(archive));
  }
  return {
    process: child,
    isRecording: record !== null,
    stop: async () => {
      await child.stop(STOP_MS);
      if (record !== null) await keepArchive(record, archive);
    },
  };
}

/** The file that a program of `startJvm` logs to. */
export function jvmLogFile(folder: string, name: string): string {
  return join(folder, `${name.replaceAll(' ', '-')}.log`);
}

/** The options that put a folder of jars on the class path. */
export function classPath(libs: string): readonly string[] {
  return ['-cp', join(libs, '*')];
}

/** The option that uses a main class's archive when there is one, for programs that run to their end. */
export async function existingArchiveOptions(libs: string, mainClass: string, options: readonly string[]): Promise<readonly string[]> {
  const archive = await archiveFile(libs, mainClass, options);
  return archiveOptions((await exists(archive)) ? archive : null, null);
}

function archiveOptions(use: string | null, record: string | null): readonly string[] {
  // An archive that does not fit, say of another machine's Java, costs time and is no error; what the JVM says of it would end up in logs.
  const quiet = ['-Xshare:auto', '-Xlog:disable', '-Xlog:all=error:stderr'];
  if (use !== null) return [...quiet, `-XX:SharedArchiveFile=${use}`];
  return record === null ? quiet : [...quiet, `-XX:ArchiveClassesAtExit=${record}`];
}

/** Where the archive of a main class lies: next to its jars, under a name that holds everything an archive depends on. */
async function archiveFile(libs: string, mainClass: string, options: readonly string[]): Promise<string> {
  const collector = options.filter((option) => option.startsWith('-XX:+Use')).join(' ');
  const key = createHash('sha256')
    .update(`${await javaVersion()}\n${collector}`)
    .digest('hex')
    .slice(0, 12);
  return join(`${libs}-archives`, `${basename(mainClass)}-${key}.jsa`);
}

async function keepArchive(record: string, archive: string): Promise<void> {
  // A JVM that was killed or frozen too long has written none.
  if (await exists(record)) await rename(record, archive);
  await rm(record, { force: true });
}

/** Makes the folder that archives are written to. */
export async function makeArchiveFolder(libs: string): Promise<void> {
  await mkdir(`${libs}-archives`, { recursive: true });
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
