import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ContractViolation, contractTable, runSink, runSource } from '../src/index.ts';
import { GoodSink } from './broken/good-sink.ts';
import { GoodSource } from './broken/good-source.ts';
import { MemorySystem } from './broken/memory-system.ts';

describe('a connector in memory', () => {
  it('runs as a source until so many records are in Kafka', async () => {
    const system = MemorySystem.open();
    system.produce(0, 10);
    const records = await runSource(GoodSource, { system: system.id }, { count: 10, topics: ['items'] });
    expect(records.map(({ key, value }) => [key, value])).toEqual(Array.from({ length: 10 }, (_, n) => [`key ${n}`, n]));
  });

  it('fails as a source with the number of records that came', async () => {
    const system = MemorySystem.open();
    system.produce(0, 2);
    const running = runSource(GoodSource, { system: system.id }, { count: 3, topics: ['items'], timeoutMs: 300 });
    await expect(running).rejects.toThrow(ContractViolation);
    await expect(running).rejects.toThrow('2 of 3 records came');
  });

  it('runs as a sink until all records are put', async () => {
    const system = MemorySystem.open();
    await runSink(GoodSink, { system: system.id }, [
      { key: 'a', value: 'one' },
      { key: 'b', value: null },
    ]);
    expect([...system.rows.values()]).toEqual(['one', 'b deleted']);
  });

  it('fails as a sink with the trace of the task', async () => {
    const system = MemorySystem.open();
    await expect(runSink(GoodSink, { system: system.id }, [{ value: 5 }])).rejects.toThrow('input-0 at 0: the value is no text');
  });
});

it('the README lists the cases', () => {
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(`\n${contractTable()}\n`);
});
