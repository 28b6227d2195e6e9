import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { declarations } from '../src/files/declaration.ts';
import { envelopeOf, millrace, temporaryFolder } from './support/run-millrace.ts';

const config = { 'connector.class': 'FileStreamSink', 'tasks.max': '2', topics: 'a', name: 'x' };
const expected = [{ name: 'x', config, state: null, source: 'f' }];

it.each([
  ['a name with a configuration', { name: 'x', config: { 'connector.class': 'FileStreamSink', 'tasks.max': 2, topics: 'a' } }],
  ['a configuration with its name in it', config],
  ['a list', [{ name: 'x', config }]],
  ['a list under connectors', { connectors: [{ name: 'x', class: 'FileStreamSink', tasksMax: 2, config: { topics: 'a' } }] }],
  [
    'a manifest of Strimzi',
    {
      apiVersion: 'kafka.strimzi.io/v1beta2',
      kind: 'KafkaConnector',
      metadata: { name: 'x', labels: { 'strimzi.io/cluster': 'c' } },
      spec: { class: 'FileStreamSink', tasksMax: 2, config: { topics: 'a' } },
    },
  ],
])('reads %s', (_, document) => {
  const [found] = declarations(document, 'f');
  expect({ ...found, source: 'f' }).toEqual(expected[0]);
});

it.each([
  [{ name: 'x', config: {}, initial_state: 'paused' }, 'PAUSED'],
  [{ connectors: [{ name: 'x', state: 'stopped', config: {} }] }, 'STOPPED'],
  [{ kind: 'KafkaConnector', metadata: { name: 'x' }, spec: { pause: true } }, 'PAUSED'],
  [{ name: 'x', config: {}, state: 'Running' }, 'RUNNING'],
])('reads the state of %j', (document, state) => {
  expect(declarations(document, 'f')[0]?.state).toBe(state);
});

it.each([
  [{ config: {} }, 'the connector has no name'],
  [{ name: 'x', config: { name: 'y' } }, 'has two names, x and y'],
  [{ name: 'x', config: { a: [1] } }, 'the value of a must be text, got [1]'],
  [{ name: 'x', config: {}, confg: 1 }, 'the field "confg" is unknown'],
  [{ connectors: [{ name: 'x', taskMax: 1 }] }, 'connectors[0]: the field "taskMax" is unknown'],
  [{ name: 'x', config: {}, state: 'asleep' }, 'the state "asleep" is unknown'],
  [{ kind: 'KafkaTopic', metadata: { name: 'x' }, spec: {} }, 'of kind KafkaTopic declares no connector'],
  ['text', 'expected a connector or a list of connectors, found a string'],
])('refuses %j and says why', (document, message) => {
  expect(() => declarations(document, 'f')).toThrow(message);
});

const connector = (name: string): string => `name: ${name}\nconnector.class: FileStreamSink\ntopics: a\n`;

it('validates every file of a folder, whatever its form, and leaves other files alone', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.yaml'), `${connector('a1')}---\n${connector('a2')}`);
  await writeFile(join(folder, 'b.json'), JSON.stringify({ name: 'b', config: { 'connector.class': 'FileStreamSink', topics: 'a' } }));
  await writeFile(join(folder, 'c.properties'), 'name=c\nconnector.class=FileStreamSink\ntopics=a\n');
  await writeFile(join(folder, 'README.md'), 'name: no\n');
  const ended = await millrace(['validate', '-f', folder, '-o', 'json']);
  expect(ended.code).toBe(0);
  expect(envelopeOf(ended).result).toMatchObject({ connectors: ['a1', 'a2', 'b', 'c'].map((name) => ({ connector: name, findings: [] })) });
});

it.each([
  ['YAML', connector('x')],
  ['JSON', JSON.stringify({ name: 'x', config: { 'connector.class': 'FileStreamSink', topics: 'a' } })],
  ['properties', '# a comment\nname=x\nconnector.class = FileStreamSink\ntopics=a\n'],
])('reads %s from the standard input', async (_, input) => {
  const ended = await millrace(['validate', '-f', '-', '-o', 'name'], { input });
  expect(ended).toMatchObject({ code: 0, out: 'x\n' });
});

it.each([
  ['a.json', '{', 'is not valid JSON'],
  ['a.yaml', 'a: [', 'is not valid YAML'],
  ['a.yaml', `${connector('x')}---\n${connector('x')}`, 'connector x is declared in'],
  ['a.txt', '', 'declares no connector'],
])('names the file and the fault of %s with %j', async (name, text, message) => {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, text);
  const { code, err } = await millrace(['validate', '-f', file]);
  expect(code).toBe(2);
  expect(err).toContain(file);
  expect(err).toContain(message);
});

it('says that a file does not exist', async () => {
  expect(await millrace(['validate', '-f', '/nowhere.yaml'])).toEqual({
    code: 2,
    out: '',
    err: 'millrace: /nowhere.yaml cannot be read: it does not exist\n',
  });
});
