import { describe, expect, it } from 'vitest';
import { LoggerName } from '../../src/log/logger-names.ts';
import { LoggerRegistry } from '../../src/log/logger-registry.ts';
import { levelOf } from '../../src/log/levels.ts';

function registry(): { readonly loggers: LoggerRegistry; readonly at: (ms: number) => void } {
  let now = 1000;
  return {
    loggers: new LoggerRegistry('INFO', () => now),
    at: (ms) => {
      now = ms;
    },
  };
}

describe('the loggers of a worker', () => {
  it('have the level of the root and no time of change at first', () => {
    const { loggers } = registry();

    expect(loggers.level('root')).toMatchObject({ level: 'INFO', lastModified: null });
    expect(loggers.level(LoggerName.WORKER_TASK)).toMatchObject({ level: 'INFO', lastModified: null });
    expect(loggers.level('com.example.none')).toBeNull();
  });

  it('take a level for a package with all known loggers below it, and answer with their names in order', () => {
    const { loggers } = registry();
    const sink = loggers.get('io.confluent.connect.jdbc.sink.JdbcSinkTask');
    const other = loggers.get('io.confluent.connect.jdbcx.Other');

    const affected = loggers.set('io.confluent.connect.jdbc', 'DEBUG');

    expect(affected).toEqual(['io.confluent.connect.jdbc', 'io.confluent.connect.jdbc.sink.JdbcSinkTask']);
    expect(sink.threshold).toBe(20);
    expect(other.threshold).toBe(30);
    expect(loggers.level(sink.name)).toMatchObject({ level: 'DEBUG', lastModified: 1000 });
  });

  it('give a logger that comes later the level of the nearest known one above it', () => {
    const { loggers } = registry();
    loggers.set('com.example', 'ERROR');
    loggers.set('com.example.deep', 'TRACE');

    expect(loggers.get('com.example.deep.down.Task').threshold).toBe(10);
    expect(loggers.get('com.example.Task').threshold).toBe(50);
    expect(loggers.level('com.example.Task')).toMatchObject({ level: 'ERROR', lastModified: null });
  });

  it('apply a level of the root to all', () => {
    const { loggers } = registry();
    loggers.set('com.example', 'ERROR');

    const affected = loggers.set('ROOT', 'WARN');

    expect(affected).toEqual([...loggers.all().keys()]);
    expect([...loggers.all().values()].every(({ level }) => level === 'WARN')).toBe(true);
  });

  it('keep the time of change when a level is set that they have', () => {
    const { loggers, at } = registry();
    loggers.set('com.example', 'WARN');
    at(2000);

    expect(loggers.set('com.example', 'WARN')).toEqual(['com.example']);
    expect(loggers.level('com.example')).toMatchObject({ lastModified: 1000 });
    loggers.set('com.example', 'INFO');
    expect(loggers.level('com.example')).toMatchObject({ lastModified: 2000 });
  });

  it('leave those that are OFF out of the list and still know them', () => {
    const { loggers } = registry();
    loggers.set('com.example', 'OFF');

    expect(loggers.all().has('com.example')).toBe(false);
    expect(loggers.level('com.example')).toMatchObject({ level: 'OFF' });
  });

  it("know our own names, which stand for Kafka Connect's", () => {
    const { loggers } = registry();

    expect(loggers.set('millrace.worker.task', 'DEBUG')).toEqual([
      'millrace.worker.task',
      'millrace.worker.task.sink',
      'millrace.worker.task.source',
      LoggerName.SINK_TASK,
      LoggerName.SOURCE_TASK,
      LoggerName.WORKER_TASK,
    ]);
    expect(loggers.get(LoggerName.SINK_TASK).threshold).toBe(20);
    expect(loggers.get(LoggerName.WORKER).threshold).toBe(30);
  });

  it('know levels in whatever case and no others', () => {
    expect(['trace', 'Debug', 'INFO', 'off', 'all', 'fatal'].map(levelOf)).toEqual(['TRACE', 'DEBUG', 'INFO', 'OFF', 'ALL', 'FATAL']);
    expect(['LOUD', '', 'toString', '20'].map(levelOf)).toEqual([null, null, null, null]);
  });
});
