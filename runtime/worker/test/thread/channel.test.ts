import { MessageChannel } from 'node:worker_threads';
import { ConfigException, ConnectException } from '@millrace/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BadRequestException } from '../../src/herder/rest-exceptions.ts';
import { Channel } from '../../src/task/thread/channel.ts';
import { traceOf } from '../../src/task/trace.ts';

interface Side {
  double(value: number): Promise<number>;
  note(text: string): void;
  refuse(): Promise<never>;
  never(): Promise<never>;
}

function pair(local: Partial<Side>) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const side: Side = {
    double: async (value) => value * 2,
    note: () => undefined,
    refuse: () => Promise.reject(new Error('refused')),
    never: () => new Promise<never>(() => undefined),
    ...local,
  };
  const there = new Channel<object, Side>(port2, side);
  return { here: new Channel<Side, object>(port1, {}), there };
}

describe('a channel between threads', () => {
  it('gives the results of calls to those who made them', async () => {
    const { here } = pair({});
    expect(await Promise.all([here.call('double', 1), here.call('double', 2)])).toEqual([2, 4]);
  });

  it('keeps the order of what is told and called', async () => {
    const notes: string[] = [];
    const { here } = pair({ note: (text) => void notes.push(text) });
    here.tell('note', 'one');
    here.tell('note', 'two');
    await here.call('double', 1);
    expect(notes).toEqual(['one', 'two']);
  });

  it('hands errors on with their class, status, causes and trace', async () => {
    const error = new BadRequestException('wrong', { cause: new ConfigException('why', { configKey: 'k' }) });
    const { here } = pair({ refuse: () => Promise.reject(error) });
    const received: unknown = await here.call('refuse').catch((caught: unknown) => caught);
    expect(received).toBeInstanceOf(BadRequestException);
    expect(received).toBeInstanceOf(ConnectException);
    expect(received).toMatchObject({ status: 400, code: 'connect.request.invalid', cause: { configKey: 'k' } });
    expect(traceOf(received)).toBe(traceOf(error));
  });

  it('fails calls under way and later ones with the reason for which it is closed', async () => {
    const { here } = pair({});
    const call = here.call('never');
    here.close(new ConnectException('gone'));
    await expect(call).rejects.toThrow('gone');
    await expect(here.call('double', 1)).rejects.toThrow('gone');
  });
});
