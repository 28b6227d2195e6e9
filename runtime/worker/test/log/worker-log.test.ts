import { describe, expect, it } from 'vitest';
import { ConnectException } from '@millrace/api';
import { createWorkerLog, type LogFormat, type WorkerLog } from '../../src/log/worker-log.ts';

function captured(format: LogFormat, level = 'info'): { log: WorkerLog; lines: string[] } {
  const lines: string[] = [];
  return { log: createWorkerLog({ format, level, write: (line) => void lines.push(line) }), lines };
}

function withoutTime(line: string | undefined): string {
  return (line ?? '').replace(/^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] /, '');
}

describe('log lines as text', () => {
  it("carry Kafka Connect's connector context and the logger", () => {
    const { log, lines } = captured('text');

    log.named('org.example.Herder').info('Herder started');
    log.child({ connector: 'orders' }).named('org.example.Orders').warn('Watching', { tables: 3 });
    log.child({ connector: 'orders', task: 0 }).named('org.example.OrdersTask').error('Lost', { host: 'db', error: 'refused' });

    expect(lines.map(withoutTime)).toEqual([
      'INFO Herder started (org.example.Herder)\n',
      'WARN [orders|worker] Watching (tables=3) (org.example.Orders)\n',
      'ERROR [orders|task-0] Lost (host=db): refused (org.example.OrdersTask)\n',
    ]);
  });

  it('stay one entry when they have many lines, and can neither fake another nor steer a terminal', () => {
    const { log, lines } = captured('text');

    log.named('x.Y').info('first\r\n[2026-01-01T00:00:00.000Z] ERROR faked\u001b[2J');

    expect(lines).toHaveLength(1);
    expect(withoutTime(lines[0])).toBe('INFO first\n\t[2026-01-01T00:00:00.000Z] ERROR faked\\x1b[2J (x.Y)\n');
  });

  it('show the Java name and the causes of an error', () => {
    const { log, lines } = captured('text');

    log.error('Failed', { error: new ConnectException('outer', { cause: new Error('inner') }) });

    const line = lines[0] ?? '';
    expect(line).toContain('ERROR Failed\n\torg.apache.kafka.connect.errors.ConnectException: outer\n\tat ');
    expect(line).toContain('\n\tCaused by: Error: inner\n\tat ');
    expect(
      line
        .split('\n')
        .slice(1, -1)
        .every((text) => text.startsWith('\t')),
    ).toBe(true);
  });

  it('are cut when somebody logs a whole payload', () => {
    const { log, lines } = captured('text');

    log.info('x'.repeat(100_000));

    expect(lines[0]?.length).toBeLessThan(33_000);
    expect(lines[0]).toContain('… (67232 characters more)');
  });
});

describe('log lines as JSON', () => {
  it('are one object with time, level, logger, thread, connector, task, message, fields and error', () => {
    const { log, lines } = captured('json');

    log
      .child({ connector: 'orders', task: 2 })
      .named('org.example.OrdersTask')
      .error('Lost\nit', { big: 2n ** 60n, map: new Map([['a', 1]]), error: new ConnectException('gone') });

    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      level: 'ERROR',
      logger: 'org.example.OrdersTask',
      thread: 'task-thread-orders-2',
      connector: 'orders',
      task: 2,
      message: 'Lost\nit',
      fields: { big: '1152921504606846976', map: { a: 1 } },
      error: {
        class: 'org.apache.kafka.connect.errors.ConnectException',
        message: 'gone',
        stack: expect.stringContaining('\n\tat ') as string,
      },
    });
  });

  it('survive what cannot be written', () => {
    const { log, lines } = captured('json');
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;

    log.info('odd', { circular });
    log.info(undefined as unknown as string, { error: null });

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ fields: { circular: expect.stringContaining('cannot be shown') as string } });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ message: 'undefined' });
  });
});

describe('levels of log lines', () => {
  it('change what is written while the log is in use', () => {
    const { log, lines } = captured('text');
    const task = log.child({ connector: 'c', task: 0 }).named('io.example.jdbc.Task');

    task.debug('unseen');
    log.loggers.set('io.example.jdbc', 'DEBUG');
    task.debug('seen');
    log.named('io.example.other').debug('unseen');
    log.loggers.set('io.example', 'OFF');
    task.error('unseen');

    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('DEBUG [c|task-0] seen');
  });

  it('spare a line below its level everything, also the reading of its fields', () => {
    const { log, lines } = captured('json');
    const trap = {
      get value(): string {
        throw new Error('read');
      },
    };

    log.debug('unseen', trap);

    expect(lines).toEqual([]);
  });
});

describe('secrets in log lines', () => {
  it.each(['text', 'json'] as const)('are hidden by the name of a field, by their look and by their value in %s', (format) => {
    const { log, lines } = captured(format);
    log.secrets.addConfig({ 'connection.password': 'hunter2-x"y', 'delete.token.enabled': 'true', 'tasks.max': '12345' });

    log.info('url jdbc:postgresql://joe:pa55word@db/x, Authorization: Bearer abcdefghijkl, password=swordfish; {"password":"tuna"}', {
      'ssl.key.password': 'sturgeon',
      nested: { secretKey: 'carp', plain: 'trout' },
      text: 'tried hunter2-x"y and 12345 true',
      error: new Error('bad login with hunter2-x"y'),
    });

    const line = lines[0] ?? '';
    expect(
      ['hunter2', 'pa55word', 'abcdefghijkl', 'swordfish', 'tuna', 'sturgeon', 'carp'].filter((secret) => line.includes(secret)),
    ).toEqual([]);
    expect(['joe', 'trout', '12345 true', 'db/x'].filter((open) => !line.includes(open))).toEqual([]);
  });
});
