import { describe, expect, it, onTestFinished } from 'vitest';
import { brokerPort, portBehindProxy, takeSlot, withLock, workerPort } from '../src/ports.ts';

describe('ports', () => {
  it('are all different, below the range of outgoing connections', () => {
    const names = ['PLAINTEXT', 'SASL_PLAINTEXT', 'SSL', 'SASL_SSL', 'INTERNAL', 'CONTROLLER'] as const;
    const slots = [0, 1, 8];
    const ports = slots.flatMap((slot) => [
      ...[1, 2, 3].flatMap((node) => names.flatMap((name) => [brokerPort(slot, node, name), portBehindProxy(slot, node, name)])),
      ...Array.from({ length: 30 }, (_, index) => workerPort(slot, index)),
    ]);

    expect(new Set(ports).size).toBe(ports.length);
    expect(Math.max(...ports)).toBeLessThan(20_990);
    expect(() => workerPort(1, 30)).toThrow('a slot has ports for 30 workers, worker 31 has none');
  });

  it('are leased a slot at a time, and a slot is free again when it is released', async () => {
    const first = await takeSlot();
    onTestFinished(() => first.release());
    const second = await takeSlot();
    onTestFinished(() => second.release());

    const taken = takeSlot(second.slot);
    await expect(taken).rejects.toThrow(`run in slot ${second.slot} already`);
    await second.release();
    const again = await takeSlot(second.slot);
    onTestFinished(() => again.release());

    expect(first.slot).not.toBe(second.slot);
    expect(again.slot).toBe(second.slot);
  });

  it('keep work under one lock apart, and let the next in after a failure', async () => {
    const steps: string[] = [];
    const work = (name: string) =>
      withLock('certificates', async () => {
        steps.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`${name} ends`);
        if (name === 'a') throw new Error('a failed');
      });

    const results = await Promise.allSettled([work('a'), work('b')]);

    expect(steps.filter((_, index) => index % 2 === 0).map((step) => step[0])).toEqual(
      steps.filter((_, index) => index % 2 === 1).map((step) => step[0]),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
