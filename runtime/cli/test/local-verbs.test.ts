import { execFileSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { createProgram } from '../src/index.ts';
import { closest } from '../src/output/closest.ts';
import { durationMs } from '../src/output/duration.ts';
import { envelopeOf, millrace, temporaryFolder } from './support/run-millrace.ts';

const sink = 'name=x\nconnector.class=FileStreamSink\n';

it('says key, value, reason and advice of what is not valid, and ends with 2', async () => {
  const ended = await millrace(['validate', '-f', '-'], { input: `${sink}topics=a\ntasks.max=many\nfil=x\n` });
  expect(ended.code).toBe(2);
  expect(ended.out).toBe(
    [
      'standard input: x (FileStreamSink)',
      '  [OK] 3 of 5 keys without a finding',
      '  [FAIL] tasks.max = many',
      '      Invalid value many for configuration tasks.max: Not a number of type INT',
      '      → int: Largest number of tasks that share the work of this connector (default 1)',
      '  [WARN] fil',
      '      nothing reads this key',
      '      → did you mean file?',
      'Summary: 0 valid · 1 not valid · 1 error · 1 warning',
      '',
    ].join('\n'),
  );
  expect(ended.err).toBe('millrace: 1 error in 1 connector\n');
});

it('warns of no key that somebody reads: of plug-ins by alias, topic creation, converters and Kafka clients', async () => {
  const keys = {
    topic: 'x',
    transforms: 'r',
    'transforms.r.type': 'RegexRouter',
    'transforms.r.regex': 'a',
    'transforms.r.replacement': 'b',
    'transforms.r.predicate': 'p',
    predicates: 'p',
    'predicates.p.type': 'TopicNameMatches',
    'predicates.p.pattern': 'x',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
    'topic.creation.groups': 'g, h',
    'topic.creation.h.cleanup.policy': 'compact',
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'producer.override.linger.ms': '5',
  };
  const validate = async (more: object) => {
    const input = JSON.stringify({ name: 'x', config: { 'connector.class': 'FileStreamSource', ...keys, ...more } });
    return envelopeOf(await millrace(['validate', '-f', '-', '-o', 'json'], { input })).summary;
  };
  expect(await validate({})).toMatchObject({ errors: 0, warnings: 0 });
  expect(await validate({ 'topic.creation.i.partitions': '1', 'transforms.r.regexp': 'a', topik: 'x' })).toMatchObject({
    errors: 0,
    warnings: 3,
  });
});

it('does not call wrong what stands behind a reference, which only a worker knows', async () => {
  const { code, out } = await millrace(['validate', '-f', '-'], { input: `${sink}topics=a\ntasks.max=\${env:TASKS}\n` });
  expect(code).toBe(0);
  expect(out).toContain('[WARN] tasks.max = ${env:TASKS}\n      the value behind the reference is not known here');
});

it('puts findings into the envelope', async () => {
  const ended = await millrace(['validate', '-f', '-', '-o', 'json'], { input: `${sink}topics=a\nerrors.tolerance=most\n` });
  expect(envelopeOf(ended)).toMatchObject({
    command: 'validate',
    ok: false,
    summary: { connectors: 1, failed: 1, errors: 1, warnings: 0 },
    result: { connectors: [{ connector: 'x', findings: [{ severity: 'error', key: 'errors.tolerance', value: 'most' }] }] },
    error: { code: 'validation' },
  });
});

it('uses signs and colours at a terminal, words elsewhere', async () => {
  const args = ['validate', '-f', '-'];
  const { green, red } = picocolors.createColors(true);
  const shown = await millrace(args, { input: sink, isInteractive: true });
  expect(shown.out).toContain(red('✗'));
  expect(shown.out).toContain(green('✓'));
  expect((await millrace(args, { input: sink })).out).not.toContain('\u001B');
});

it('proposes the class that was meant', async () => {
  const { code, out } = await millrace(['validate', '-f', '-'], { input: 'name=x\nconnector.class=FileStramSink\n' });
  expect(code).toBe(2);
  expect(out).toContain('→ did you mean FileStreamSink?');
  expect((await millrace(['create', 'config', 'FileStramSink'])).err).toContain('Did you mean FileStreamSink?');
});

it.each(['properties', 'json', 'yaml'])('creates a configuration as %s that validates once it is filled in', async (format) => {
  for (const more of [[], ['-s']]) {
    const { code, out } = await millrace(['create', 'config', 'FileStreamSink', '--format', format, ...more]);
    expect(code).toBe(0);
    const empty = await millrace(['validate', '-f', '-'], { input: out });
    expect(empty.code).toBe(2);
    const input = out.replace(
      /^(\s*"?topics"?\s*[=:] ?).*?(,?)$/m,
      (_, head: string, comma: string) => `${head}${format === 'properties' ? 'a' : '"a"'}${comma}`,
    );
    expect(await millrace(['validate', '-f', '-'], { input: withoutEmpty(input) })).toMatchObject({ code: 0, err: '' });
  }
});

/** Keys that JSON shows although they may stay away. */
function withoutEmpty(text: string): string {
  return text.replace(/\n\s+"[^"]+": "",?(?=\n)/g, '').replace(/,(\n\s*\})/g, '$1');
}

it('lists plug-ins by type, and loads the code of each on request', async () => {
  expect((await millrace(['plugins', 'list', '--type', 'source', '-o', 'name'])).out).toBe(
    'io.millrace.datagen.DatagenSourceConnector\norg.apache.kafka.connect.file.FileStreamSourceConnector\n',
  );
  const ended = await millrace(['plugins', 'verify', '-o', 'json']);
  expect(ended.code).toBe(0);
  expect(envelopeOf(ended).summary).toMatchObject({ broken: 0 });
});

it('finds packages of --plugin-path and tells of those whose code does not load', async () => {
  const folder = await temporaryFolder();
  const millraceManifest = { plugins: [{ kind: 'source', class: 'com.example.Broken', export: 'Source' }] };
  const manifest = { name: 'broken', version: '1.2.3', type: 'module', exports: './index.js', millrace: millraceManifest };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'index.js'), 'export const other = 1;');
  expect((await millrace(['plugins', 'list', '--plugin-path', folder])).out).toMatch(/^com\.example\.Broken +source +1\.2\.3$/m);
  const { code, out } = await millrace(['plugins', 'verify', '--plugin-path', folder]);
  expect(code).toBe(1);
  expect(out).toContain('com.example.Broken: ');
});

it('keeps contexts in a file for its owner only, without the password', async () => {
  const folder = await temporaryFolder();
  const env = { XDG_CONFIG_HOME: folder, PASSWORD: 'sesame' };
  const run = (text: string) => millrace(text.split(' '), { env });
  expect(await run('config set-context a --url http://localhost:1/')).toMatchObject({
    code: 0,
    out: 'Context a made: http://localhost:1 (current)\n',
  });
  expect((await run('config set-context b --url http://localhost:2 --user ops --password-from env:PASSWORD')).code).toBe(0);
  expect((await run('config use-context b')).out).toBe('Using context b: http://localhost:2\n');
  expect((await run('config get-contexts')).out).toBe(
    'CURRENT  NAME  URL                 USER\n         a     http://localhost:1\n*        b     http://localhost:2  ops\n',
  );
  const file = join(folder, 'millrace', 'contexts.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).not.toContain('sesame');
  expect((await run('get connectors')).err).toContain('http://localhost:2');
  expect((await run('get connectors --context a')).err).toContain('http://localhost:1');
  expect((await run('get connectors --url http://localhost:3')).err).toContain('http://localhost:3');
  expect((await millrace(['info'], { env: { ...env, MILLRACE_URL: 'http://localhost:4' } })).err).toContain('http://localhost:4');
  expect(await run('config use-context c')).toMatchObject({ code: 2 });
  expect((await run('config delete-context b')).code).toBe(0);
  expect((await run('config get-contexts -o name')).out).toBe('a\n');
});

it.each(['ftp://x', 'localhost:8083', ''])('refuses the address %j', async (url) => {
  expect(await millrace(['info', '--url', url])).toMatchObject({
    code: 2,
    err: expect.stringContaining('is no address of a worker') as string,
  });
});

it('proposes the verb that was meant, and ends with 2 for wrong usage', async () => {
  expect(await millrace(['pausee'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean pause?') as string });
  expect((await millrace(['get', 'connectors', '--stat', 'x'])).err).toContain('Did you mean --state?');
  expect((await millrace(['info', '--timeout', 'soon'])).err).toContain('A duration is a number with a unit');
});

it('says what keeps a worker of a cluster from starting', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'w.properties');
  await writeFile(file, 'bootstrap.servers=localhost:9092\n');
  await expect(millrace(['worker', file])).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('group.id') as string });
  const topics = ['config', 'offset', 'status'].map((topic) => `${topic}.storage.topic=${topic}`).join('\n');
  const converters = ['key', 'value'].map((half) => `${half}.converter=org.apache.kafka.connect.json.JsonConverter`).join('\n');
  await writeFile(file, `bootstrap.servers=127.0.0.1:1\ndefault.api.timeout.ms=300\ngroup.id=g\n${topics}\n${converters}\n`);
  const unreachable = expect.stringContaining('Failed to connect to and describe Kafka cluster 127.0.0.1:1') as string;
  await expect(millrace(['worker', file])).rejects.toMatchObject({ exitCode: 2, message: unreachable });
});

const silent = { out: () => undefined, err: () => undefined, exitWith: () => undefined };

function program(): Command {
  const more = { isInteractive: false, columns: 80, colors: picocolors.createColors(false), env: {} };
  return createProgram({ ...silent, ...more, confirm: () => Promise.resolve(null), readInput: () => Promise.resolve('') });
}

function verbsOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(verbsOf);
}

it('shows an example in the help of each verb', () => {
  for (const verb of verbsOf(program())) {
    let help = '';
    verb.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
    expect(`${verb.name()}: ${help}`).toMatch(/Examples?:\n {2}\S.*millrace|Examples?:\n {2}millrace /);
  }
});

function pathsOf(command: Command, path = ''): string[] {
  if (command.commands.length === 0) return [path];
  return command.commands.flatMap((child) => pathsOf(child, `${path} ${child.name()}`.trim()));
}

it('is documented: docs/cli.md shows each verb', async () => {
  const shown = (await readFile(new URL('../../../docs/cli.md', import.meta.url), 'utf8')).match(/^\$ .*$/gm) ?? [];
  const missing = pathsOf(program()).filter(
    (path) => !shown.some((line) => line.includes(`millrace ${path} `) || line.endsWith(`millrace ${path}`)),
  );
  expect(missing).toEqual([]);
});

it('prints completion that bash understands, with verbs, options and what may follow', async () => {
  const { out } = await millrace(['completion', 'bash']);
  const complete = (words: string): string =>
    execFileSync(
      'bash',
      [
        '-c',
        `${out}\nmillrace() { echo orders; }\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _millrace; echo "\${COMPREPLY[@]}"`,
      ],
      {
        encoding: 'utf8',
      },
    ).trim();
  expect(complete('millrace pa')).toBe('patch pause');
  expect(complete('millrace get conn')).toBe('connectors');
  expect(complete('millrace -q restart connector --only')).toBe('--only-failed');
  expect(complete('millrace describe connector o')).toBe('orders');
  expect((await millrace(['completion', 'fish'])).out).toContain('complete -c millrace');
  expect((await millrace(['completion', 'tcsh'])).code).toBe(2);
});

it.each([
  ['ordrs', ['orders', 'lines'], 'orders'],
  ['oredrs', ['orders'], 'orders'],
  ['x', ['orders'], null],
  ['ab', ['xy'], null],
] as const)('finds what %s may mean among %j', (text, candidates, expected) => {
  expect(closest(text, candidates)).toBe(expected);
});

it.each([
  ['500ms', 500],
  ['60s', 60_000],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['3', 3000],
] as const)('reads the duration %s', (text, expected) => {
  expect(durationMs(text)).toBe(expected);
});
