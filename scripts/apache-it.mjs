/**
 * `pnpm apache-it`: runs integration tests that Apache Kafka publishes against Millrace, on a broker that is started for them. See
 * test/apache-it/README.md for what is expected. Arguments name classes or methods (`Class#method`); without any it is those below.
 *
 * The last line is `N passed, N failed, N expected to fail`; a test that fails and is not expected to makes the exit code 1.
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runScript } from './bootstrap.mjs';
import { build } from './lib/build.mjs';
import { root, run, StepError } from './lib/run.mjs';

const kafkaVersion = '4.3.1';
const suites = ['OffsetsApiIntegrationTest', 'ConnectorTopicsIntegrationTest', 'SourceConnectorsIntegrationTest'];
const testPackage = 'org.apache.kafka.connect.integration';

/** Why a test cannot pass. test/apache-it/README.md has the same in a table. */
const expectedToFail = new Map([
  [
    'testAlterSinkConnectorOffsetsZombieSinkTasks',
    'wants an error because a blocked task stays in its consumer group; here such a task is cut off together with its consumer',
  ],
  [
    'testResetSinkConnectorOffsetsZombieSinkTasks',
    'wants an error because a blocked task stays in its consumer group; here such a task is cut off together with its consumer',
  ],
  [
    'testAlterSourceConnectorOffsetsInvalidRequestBody',
    'wants 500 for a body that is not valid; the answer is 400 (docs/rest-deviations.md)',
  ],
  [
    'testSwitchingToTopicCreationEnabled',
    'wants a broker that creates no topics by itself, which the stand-in cannot give; it fails on the JVM worker too',
  ],
]);

/** These need workers that deliver exactly once, and wait for minutes for some that do not start. */
const leftOut = '.*ExactlyOnceSupportEnabled.*';

const jars = [
  `org.apache.kafka:connect-runtime:${kafkaVersion}:jar:test`,
  `org.apache.kafka:kafka-clients:${kafkaVersion}:jar:test`,
  'org.hamcrest:hamcrest:2.2',
  'org.junit.platform:junit-platform-console-standalone:1.13.4',
];

/** @param {string} label @param {string} command @param {readonly string[]} args @param {string} [cwd] */
async function succeed(label, command, args, cwd = root) {
  const { code, output } = await run(command, [...args], { label, cwd });
  if (code !== 0) throw new StepError(output);
  return output;
}

/** Apache's test jars, fetched with Maven the first time, with the worker's test jar unpacked: its classes look for files beside them. */
async function testJars() {
  const cache = process.env['MILLRACE_TEST_CACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace');
  const folder = join(cache, `apache-it-${kafkaVersion}`);
  const marker = join(folder, 'complete');
  if ((await stat(marker).catch(() => null)) !== null) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'unpacked'), { recursive: true });
  for (const artifact of jars) {
    const goal = [
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy',
      `-Dartifact=${artifact}`,
      `-DoutputDirectory=${join(folder, 'jars')}`,
    ];
    await succeed(`fetching ${artifact}`, 'mvn', ['-q', '-B', '-C', ...goal], folder);
  }
  await succeed('unpacking', 'jar', ['xf', join(folder, 'jars', `connect-runtime-${kafkaVersion}-test.jar`)], join(folder, 'unpacked'));
  await writeFile(marker, '');
  return folder;
}

/** @param {readonly string[]} tests @param {import('../test/services/src/index.ts').KafkaCluster} kafka @param {string} scratch */
async function runTests(tests, kafka, scratch) {
  const folder = await testJars();
  const classPath = [join(scratch, 'classes'), join(folder, 'unpacked'), join(folder, 'jars', '*'), join(kafka.jars.libs, '*')].join(
    delimiter,
  );
  const sources = join(root, 'test/apache-it/java/org/apache/kafka/connect/util/clusters');
  const own = ['EmbeddedKafkaCluster', 'WorkerHandle'].map((name) => join(sources, `${name}.java`));
  await succeed('compiling', 'javac', ['-nowarn', '-d', join(scratch, 'classes'), '-cp', classPath, ...own]);
  const properties = {
    'it.bootstrap': kafka.bootstrap(),
    'it.worker': `${process.execPath} ${join(root, 'runtime/cli/bundle/main.js')} worker`,
    'it.log': join(scratch, 'workers.log'),
    'it.folder': scratch,
    'it.plugins': join(root, 'runtime/worker/test/fixtures/apache-plugins'),
    'log4j2.configurationFile': join(root, 'test/apache-it/log4j2.properties'),
  };
  const options = Object.entries(properties).map(([key, value]) => `-D${key}=${value}`);
  const launcher = [
    'org.junit.platform.console.ConsoleLauncher',
    'execute',
    '--details=testfeed',
    '--disable-banner',
    '--disable-ansi-colors',
    '--exclude-methodname',
    leftOut,
  ];
  const chosen = tests.flatMap((test) => [test.includes('#') ? '-m' : '-c', `${testPackage}.${test}`]);
  const small = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m'];
  const { output } = await run('java', [...small, ...options, '-cp', classPath, ...launcher, ...chosen], { label: 'Apache’s tests' });
  return output;
}

/**
 * @typedef {object} ApacheResult
 * @property {string} name Of the method.
 * @property {boolean} isPassed
 * @property {string} reason Of its failure.
 * @property {string | null} expected Why it cannot pass; null for one that can.
 */

/** @param {string} output @returns {ApacheResult[]} */
function resultsOf(output) {
  return Array.from(output.matchAll(/ > (\w+)\(.*\) :: (SUCCESSFUL|FAILED)\n?(.*)/g), ([, name = '', result = '', reason = '']) => ({
    name,
    isPassed: result === 'SUCCESSFUL',
    reason: reason.trim(),
    expected: expectedToFail.get(name) ?? null,
  }));
}

/**
 * Runs Apache's tests against the built worker, on a broker of their own.
 *
 * @param {readonly string[]} [tests] Classes or `Class#method`. Default: the three classes.
 * @returns {Promise<{ results: ApacheResult[], output: string }>}
 */
export async function runApacheTests(tests = suites) {
  const services = /** @type {typeof import('../test/services/src/index.ts')} */ (await import(join(root, 'test/services/dist/index.js')));
  const scratch = await mkdtemp(join(tmpdir(), 'millrace-apache-it-'));
  const kafka = await services.startKafka({ properties: { 'group.initial.rebalance.delay.ms': '0' } });
  try {
    const output = await runTests(tests, kafka, scratch);
    return { results: resultsOf(output), output };
  } finally {
    await kafka.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @param {{ results: readonly ApacheResult[], output: string }} run */
function report({ results, output }) {
  for (const { name, isPassed, reason, expected } of results) {
    const mark = isPassed ? '✓' : expected === null ? '✗' : '–';
    console.log(`${mark} ${name}${isPassed ? '' : `: ${expected ?? reason}`}`);
  }
  const passed = results.filter(({ isPassed }) => isPassed).length;
  const excused = results.filter(({ isPassed, expected }) => !isPassed && expected !== null).length;
  const failed = results.length - passed - excused;
  if (failed > 0 || results.length === 0) {
    process.exitCode = 1;
    if (results.length === 0) console.log(output);
  }
  console.log(`${passed} passed, ${failed} failed, ${excused} expected to fail`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    const { code, output } = await build();
    if (code !== 0) throw new StepError(output);
    const tests = process.argv.slice(2);
    report(await runApacheTests(tests.length === 0 ? suites : tests));
  });
}
