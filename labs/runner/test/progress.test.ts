import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withProgress } from '../src/commands/progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is written while something takes a time. */
async function during(durationMs: number, isInteractive: boolean): Promise<string> {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const work = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('done'), durationMs));
  const result = withProgress({ write, isInteractive }, 'line 12', work);
  await vi.advanceTimersByTimeAsync(durationMs);
  expect(await result).toBe('done');
  return written;
}

describe('progress', () => {
  it('is silent about what is done soon', async () => {
    expect(await during(900, true)).toBe('');
    expect(await during(9000, false)).toBe('');
  });

  it('is a line every ten seconds in a file', async () => {
    expect(await during(25_000, false)).toBe('  … line 12 (10 s)\n  … line 12 (20 s)\n');
  });

  it('is one line at a terminal, drawn anew each second and gone at the end', async () => {
    const written = await during(2500, true);

    expect(written.split('\r\u001B[K')).toEqual(['', '  … line 12 (1 s)', '  … line 12 (2 s)', '']);
  });

  it('ends when the work fails', async () => {
    const failing = withProgress({ write: () => undefined, isInteractive: true }, 'x', () => Promise.reject(new Error('broken')));

    await expect(failing).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });
});
