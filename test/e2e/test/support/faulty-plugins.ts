import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { eventually, temporaryFolder } from './millrace-process.ts';

/** Folder of the connectors that do what no connector should. */
export const faultyPlugins = fileURLToPath(new URL('../../../../runtime/worker/test/fixtures/faulty-plugins', import.meta.url));

/** A connector whose fault can be waited for. */
export interface FaultyConnector {
  readonly config: Readonly<Record<string, string>>;
  /** Resolves when it begins to do wrong. */
  readonly begun: () => Promise<void>;
  /** The thread in which it did wrong since this was last asked. */
  readonly thread: () => Promise<number>;
}

/** @param at method in which it happens, with `connector.` before those of the connector itself that tasks have too */
export async function faulty(type: 'source' | 'sink', at: string, fault: string): Promise<FaultyConnector> {
  const marker = join(await temporaryFolder(), 'marker');
  const kind = type === 'source' ? { 'connector.class': 'test.FaultySource' } : { 'connector.class': 'test.FaultySink', topics: 'healthy' };
  return {
    config: { ...kind, topic: 'faulty', 'fault.at': at, fault, 'fault.marker': marker },
    begun: async () => {
      await eventually(() => readFile(marker));
    },
    thread: async () => {
      const text = await eventually(async () => {
        const written = await readFile(marker, 'utf8');
        expect(written).not.toBe('');
        return written;
      });
      await rm(marker);
      return Number(text);
    },
  };
}
