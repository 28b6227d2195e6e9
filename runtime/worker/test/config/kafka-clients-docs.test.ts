import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ADMIN_CONFIG, CONSUMER_CONFIG, PRODUCER_CONFIG } from '../../src/config/client-config.ts';

const root = new URL('../../../../', import.meta.url);
const page = readFileSync(new URL('docs/kafka-clients.md', root), 'utf8');

/** The keys in the first column of the table under a heading. */
function keysUnder(heading: string): string[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, key = '']) => key));
}

/** The source of what talks to brokers. */
function clientSource(): string {
  const folder = new URL('runtime/kafka/src/', root);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/^(?:embedded|contract)[/\\]/.test(file),
  );
  const source = files.map((file) => readFileSync(new URL(file.replaceAll('\\', '/'), folder), 'utf8')).join('\n');
  return source + readFileSync(new URL('runtime/worker/src/task/task-run.ts', root), 'utf8');
}

describe('docs/kafka-clients.md', () => {
  const honoured = keysUnder('Settings that count');
  const refused = keysUnder('Settings that are refused');
  const ignored = keysUnder('Settings that are ignored');

  it('has each setting of a Kafka client once, and no other', () => {
    const known = new Set([PRODUCER_CONFIG, CONSUMER_CONFIG, ADMIN_CONFIG].flatMap((definition) => [...definition.configKeys.keys()]));

    expect([...honoured, ...refused, ...ignored].sort()).toEqual([...known].sort());
  });

  it('says what the code does: settings that count are read there, those that are ignored are not', () => {
    const source = clientSource();

    expect([...honoured, ...refused].filter((key) => !source.includes(`'${key}'`))).toEqual([]);
    expect(ignored.filter((key) => source.includes(`'${key}'`))).toEqual([]);
  });
});
