import { describe, expect, it } from 'vitest';
import { levelNumbers } from '../../src/log/levels.ts';
import type { TaskServices } from '../../src/task/task-services.ts';
import { SharedCells } from '../../src/task/thread/shared-cells.ts';
import { threadLog } from '../../src/task/thread/thread-logger.ts';

function logInThread() {
  const cells = new SharedCells();
  const lines: Parameters<TaskServices['log']>[] = [];
  return { cells, lines, log: threadLog(cells, (...line) => void lines.push(line)) };
}

describe('the log of a thread', () => {
  it('sends no line that nobody would see', () => {
    const { cells, lines, log } = logInThread();
    cells.setThresholds(levelNumbers.WARN, levelNumbers.DEBUG);
    log('info', 'of the runtime', {});
    log('debug', 'of the plug-in', {}, 'plugin');
    log('warn', 'of the runtime', {});
    expect(lines.map(([, message]) => message)).toEqual(['of the plug-in', 'of the runtime']);
  });

  it('sends fields that cannot cross as texts', () => {
    const { lines, log } = logInThread();
    log('info', 'line', { call: () => 1, list: [1], deep: { call: () => 1 }, error: new TypeError('wrong') });
    const fields = structuredClone(lines[0]?.[2]);
    expect(fields).toMatchObject({ list: [1], error: expect.stringContaining('TypeError: wrong') as unknown });
    expect(fields).toMatchObject({ call: expect.any(String) as unknown, deep: expect.any(String) as unknown });
  });

  it('drops lines while too many are on their way', () => {
    const { cells, lines, log } = logInThread();
    for (let line = 0; line < 5000; line += 1) log('info', String(line), {});
    expect(lines).toHaveLength(1000);
    expect(cells.linesUnderWay).toBe(1000);
  });
});
