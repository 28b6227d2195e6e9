import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { labNames, labTable, readLab } from '../src/commands/lab-catalog.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = join(root, 'labs/README.md');
const block = /(?<=<!-- labs -->\n)[^]*?(?=<!-- \/labs -->)/;

it.each(labNames(root))('the lab %s can be run as it is written', (name) => {
  expect(readLab(root, name).facts.name).toBe(name);
});

it('the page of labs lists them all; UPDATE_DOCS=1 writes it', () => {
  const table = `\n${labTable(labNames(root).map((name) => readLab(root, name)))}\n\n`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, readFileSync(page, 'utf8').replace(block, table));

  expect(block.exec(readFileSync(page, 'utf8'))?.[0]).toBe(table);
});

it('a name that is no lab is answered with those that are', () => {
  expect(() => readLab(root, 'postgres-to-kafk')).toThrow('there is no lab postgres-to-kafk; there');
});
