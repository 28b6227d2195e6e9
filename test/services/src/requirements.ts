import { run } from './process/run.ts';

/** The oldest Java that Kafka 4 runs on. */
const MINIMUM_JAVA = 17;

/** The `java` that test services run: that of `JAVA_HOME`, else the one on the `PATH`. */
export function javaCommand(): string {
  const home = process.env['JAVA_HOME'];
  return home === undefined || home === '' ? 'java' : `${home}/bin/java`;
}

/**
 * Why test services cannot run here, in one sentence for a person; null when they can. Maven counts only as long as the jars are not in
 * the cache.
 */
export async function whyNoServices(areJarsThere: boolean): Promise<string | null> {
  if (process.platform === 'win32') return 'test services run on Linux and macOS: Windows has no signals to freeze a process with';
  const [java, maven, openssl] = await Promise.all([javaProblem(), areJarsThere ? null : mavenProblem(), opensslProblem()]);
  return java ?? maven ?? openssl;
}

async function javaProblem(): Promise<string | null> {
  const version = await javaVersion();
  if (version === null) {
    return `Java ${MINIMUM_JAVA} or later is needed to run Kafka, and ${javaCommand()} does not run: install a JRE or set JAVA_HOME`;
  }
  const major = Number(/version "(?:1\.)?(\d+)/.exec(version)?.[1] ?? 0);
  return major >= MINIMUM_JAVA ? null : `Java ${MINIMUM_JAVA} or later is needed to run Kafka, ${javaCommand()} is Java ${major}`;
}

let knownVersion: Promise<string | null> | undefined;

/** What `java -version` prints, null when there is none. */
export function javaVersion(): Promise<string | null> {
  knownVersion ??= run(javaCommand(), ['-version']).then(({ code, output }) => (code === 0 ? output : null));
  return knownVersion;
}

async function mavenProblem(): Promise<string | null> {
  const { code } = await run('mvn', ['-v']);
  return code === 0
    ? null
    : 'Maven is needed to download Kafka the first time, and mvn does not run: install it, or set MILLRACE_KAFKA to a broker';
}

async function opensslProblem(): Promise<string | null> {
  const { code } = await run('openssl', ['version']);
  return code === 0 ? null : 'OpenSSL is needed to make certificates, and openssl does not run: install it';
}
