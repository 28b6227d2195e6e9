import { readFile } from 'node:fs/promises';
import { ConfigException, type Manifest, type SourceMap } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import * as plugin from '../src/index.ts';
import { DatagenSourceConnector, DatagenSourceTask } from '../src/index.ts';

function errorsOf(props: Record<string, string>): Record<string, string[]> {
  const { configValues } = new DatagenSourceConnector().config().validate({ topic: 't', ...props });
  return Object.fromEntries(
    configValues.filter(({ errorMessages }) => errorMessages.length > 0).map((value) => [value.name, value.errorMessages]),
  );
}

describe('DatagenSourceConnector', () => {
  const connector = new DatagenSourceConnector();

  it('describes every key for a form', () => {
    for (const key of connector.config().configKeys.values()) {
      expect(key.doc).toMatch(/^[A-Z`].*\.$/s);
      expect(key.group).toMatch(/^[A-Z]/);
      expect(key.orderInGroup).toBeGreaterThan(0);
      expect(key.width).not.toBe('none');
      expect(key.displayName).not.toBe(key.name);
    }
  });

  it('gives every task its number', () => {
    connector.start({ topic: 't', seed: '5' });

    expect(connector.taskConfigs(2)).toEqual([
      { topic: 't', seed: '5', 'task.index': '0' },
      { topic: 't', seed: '5', 'task.index': '1' },
    ]);
    expect(connector.taskClass()).toBe(DatagenSourceTask);
    expect(connector.exactlyOnceSupport()).toBe('SUPPORTED');
  });

  it('accepts a configuration of a topic only', () => {
    expect(errorsOf({})).toEqual({});
  });

  it.each([
    ['quickstart', 'users'],
    ['value.format', 'json'],
    ['rate', '-1'],
    ['count', '-2'],
    ['batch.size', '0'],
    ['seed', 'x'],
    ['start.time', 'yesterday'],
    ['start.time', '2026-01-01T00:00:00'],
    ['start.time', '2026-13-01T00:00:00Z'],
    ['key.field', 'orderID'],
    ['topic', ''],
  ])('refuses %s=%s, and names the key', (key, value) => {
    expect(Object.keys(errorsOf({ [key]: value }))).toEqual([key]);
    expect(() => connector.start({ topic: 't', [key]: value })).toThrow(ConfigException);
  });

  it.each(['2026-01-01T00:00:00Z', '2026-01-01T09:30+01:00', '2026-01-01', '1767225600000'])('takes %s as a start time', (time) => {
    expect(errorsOf({ 'start.time': time })).toEqual({});
  });

  it('suggests the fields of the chosen quickstart as keys', () => {
    const { configValues } = connector.config().validate({ topic: 't', quickstart: 'orders' });

    expect(configValues.find(({ name }) => name === 'key.field')?.recommendedValues).toContain('productID');
    expect(errorsOf({ quickstart: 'orders', 'key.field': 'orderID' })).toEqual({});
  });

  it.each<[SourceMap | null, SourceMap | null]>([
    [null, null],
    [{ generator: 'items', task: 0 }, { generated: 0 }],
    [{ generator: 'orders', task: 3 }, { generated: 1_000_000 }],
    [{ garbage: 1 }, null],
  ])('lets the offset of %j be altered to %j', (partition, offset) => {
    expect(connector.alterOffsets({}, new Map([[partition, offset]]))).toBe(true);
  });

  it.each<[SourceMap | null, SourceMap, string]>([
    [null, { generated: 1 }, 'Partition objects should contain'],
    [{ generator: 'users', task: 0 }, { generated: 1 }, 'Partition objects should contain'],
    [{ generator: 'items', task: -1 }, { generated: 1 }, 'Partition objects should contain'],
    [{ generator: 'items', task: 0 }, { generated: -1 }, 'Offset objects should either be null'],
    [{ generator: 'items', task: 0 }, { position: 1 }, 'Offset objects should either be null'],
  ])('refuses to alter the offset of %j to %j', (partition, offset, message) => {
    expect(() => connector.alterOffsets({}, new Map([[partition, offset]]))).toThrow(message);
  });
});

describe('The manifest', () => {
  it('names exports that exist', async () => {
    const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { plugins } = (JSON.parse(text) as { millrace: Manifest }).millrace;

    expect(plugins).toEqual([
      {
        kind: 'source',
        class: 'io.millrace.datagen.DatagenSourceConnector',
        taskClass: 'io.millrace.datagen.DatagenSourceTask',
        aliases: ['Datagen'],
        export: 'DatagenSourceConnector',
      },
    ]);
    expect(plugin).toHaveProperty('DatagenSourceConnector');
  });
});
